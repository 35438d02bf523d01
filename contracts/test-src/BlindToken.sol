// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Says yes to everything and answers a question for a balance with less than a number.
contract BlindToken {
    fallback() external {
        assembly ("memory-safe") {
            mstore(0, 1)
            return(0, 31)
        }
    }
}
