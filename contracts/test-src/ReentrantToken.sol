// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./PlainToken.sol";

/// @notice Calls somebody on every transfer, before or after the money moves, swallows the refusal and
/// keeps its name; can be a party to an escrow itself.
contract ReentrantToken is PlainToken {
    address public target;
    bytes public callback;
    bool public first;
    uint256 public callbacksDone;
    bytes4 public lastRefusal;
    bytes public lastAnswer;

    function onTransfer(address target_, bytes calldata callback_, bool first_) external {
        (target, callback, first) = (target_, callback_, first_);
    }

    /// @notice Calls as this contract; a refusal is passed back.
    function act(address to, bytes calldata data) external payable {
        (bool done, bytes memory answer) = to.call{value: msg.value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function approveFrom(address owner, address spender, uint256 amount) external {
        allowance[owner][spender] = amount;
    }

    function _transfer(address from, address to, uint256 amount) internal override returns (bool) {
        if (first) {
            _callBack();
        }
        _move(from, to, amount);
        if (!first) {
            _callBack();
        }
        return true;
    }

    function _callBack() private {
        if (callback.length == 0) {
            return;
        }
        (bool done, bytes memory answer) = target.call(callback);
        if (done) {
            callbacksDone++;
            lastAnswer = answer;
        } else {
            lastRefusal = bytes4(answer);
        }
    }
}
