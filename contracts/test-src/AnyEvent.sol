// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Logs whatever it is told: events nobody knows, and known ones that do not decode.
contract AnyEvent {
    error TooManyTopics(uint256 count);

    function log(bytes32[] calldata topics, bytes calldata data) external {
        bytes memory copy = data;
        if (topics.length == 0) {
            assembly ("memory-safe") {
                log0(add(copy, 32), mload(copy))
            }
        } else if (topics.length == 1) {
            bytes32 first = topics[0];
            assembly ("memory-safe") {
                log1(add(copy, 32), mload(copy), first)
            }
        } else if (topics.length == 2) {
            (bytes32 first, bytes32 second) = (topics[0], topics[1]);
            assembly ("memory-safe") {
                log2(add(copy, 32), mload(copy), first, second)
            }
        } else if (topics.length == 3) {
            (bytes32 first, bytes32 second, bytes32 third) = (topics[0], topics[1], topics[2]);
            assembly ("memory-safe") {
                log3(add(copy, 32), mload(copy), first, second, third)
            }
        } else if (topics.length == 4) {
            (bytes32 first, bytes32 second, bytes32 third) = (topics[0], topics[1], topics[2]);
            bytes32 fourth = topics[3];
            assembly ("memory-safe") {
                log4(add(copy, 32), mload(copy), first, second, third, fourth)
            }
        } else {
            revert TooManyTopics(topics.length);
        }
    }
}
