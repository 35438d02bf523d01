// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Party} from "./Party.sol";

/// @notice Takes no money until it is told to.
contract RefusingParty is Party {
    bool public willing;

    constructor(address escrowContract) Party(escrowContract) {}

    function accept() external {
        willing = true;
    }

    receive() external payable {
        require(willing, "no, thank you");
    }
}
