// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Balances} from "./Balances.sol";

/// @notice Returns nothing where the standard says a truth value, as USDT does; six decimals.
contract SilentToken is Balances {
    string public constant name = "Silent";
    string public constant symbol = "SIL";
    uint8 public constant decimals = 6;

    function approve(address spender, uint256 amount) external {
        _approve(spender, amount);
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        _spend(from, amount);
        _move(from, to, amount);
    }
}
