// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./PlainToken.sol";

/// @notice Refuses by returning false rather than reverting, from the moment it is told to.
contract FalseToken is PlainToken {
    bool public unwilling;

    function refuse(bool unwilling_) external {
        unwilling = unwilling_;
    }

    function _transfer(address from, address to, uint256 amount) internal override returns (bool) {
        if (unwilling || balanceOf[from] < amount) {
            return false;
        }
        _move(from, to, amount);
        return true;
    }
}
