// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Party} from "./Party.sol";

/// @notice Calls the escrow contract back while it is being paid, swallows the refusal and keeps its name.
contract ReentrantParty is Party {
    bytes public callback;
    uint256 public payments;
    uint256 public callbacksDone;
    bytes4 public lastRefusal;

    constructor(address escrowContract) Party(escrowContract) {}

    function onPayment(bytes calldata data) external {
        callback = data;
    }

    receive() external payable {
        payments++;
        if (callback.length > 0) {
            (bool done, bytes memory answer) = escrow.call(callback);
            if (done) {
                callbacksDone++;
            } else {
                lastRefusal = bytes4(answer);
            }
        }
    }
}
