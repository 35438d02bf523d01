// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Balances} from "./Balances.sol";

/// @notice A token as the standard has it; what the others change is {_transfer}.
contract PlainToken is Balances {
    string public constant name = "Plain";
    string public constant symbol = "PLN";
    uint8 public constant decimals = 18;

    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(spender, amount);
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _transfer(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _spend(from, amount);
        return _transfer(from, to, amount);
    }

    function _transfer(address from, address to, uint256 amount) internal virtual returns (bool) {
        _move(from, to, amount);
        return true;
    }
}
