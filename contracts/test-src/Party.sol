// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A buyer or seller that is a contract: does to the escrow contract whatever it is told.
abstract contract Party {
    address internal immutable escrow;

    constructor(address escrowContract) {
        escrow = escrowContract;
    }

    /// @notice Calls the escrow contract with this data, passing the value on; a refusal is passed back.
    function act(bytes calldata data) external payable {
        (bool done, bytes memory answer) = escrow.call{value: msg.value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
