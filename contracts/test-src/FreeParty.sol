// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice A party that is a contract and bound to nobody: acts as told, calls as told while it is paid,
/// and takes no money while it is told so.
contract FreeParty {
    bool public unwilling;
    address public target;
    bytes public callback;
    uint256 public callbacksDone;
    bytes4 public lastRefusal;

    /// @notice Calls as this contract; a refusal is passed back.
    function act(address to, bytes calldata data) external payable {
        (bool done, bytes memory answer) = to.call{value: msg.value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }

    function onPayment(address target_, bytes calldata callback_) external {
        (target, callback) = (target_, callback_);
    }

    function refuse(bool unwilling_) external {
        unwilling = unwilling_;
    }

    receive() external payable {
        require(!unwilling, "no, thank you");
        if (callback.length > 0) {
            (bool done, bytes memory answer) = target.call(callback);
            if (done) {
                callbacksDone++;
            } else {
                lastRefusal = bytes4(answer);
            }
        }
    }
}
