// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./PlainToken.sol";

/// @notice Takes a fee, to nobody: out of what is sent, or from the sender on top of it.
contract FeeToken is PlainToken {
    uint256 public fee;
    bool public onTop;

    /// @param amount base units of every transfer
    function setFee(uint256 amount, bool onTop_) external {
        fee = amount;
        onTop = onTop_;
    }

    function _transfer(address from, address to, uint256 amount) internal override returns (bool) {
        _move(from, to, amount);
        _move(onTop ? from : to, address(0xfee), fee);
        return true;
    }
}
