// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PlainToken} from "./PlainToken.sol";

/// @notice Does to those who hold it what tokens can do.
contract HostileToken is PlainToken {
    /// @notice LYING moves nothing and returns true; BURNING takes it from who pays and destroys it;
    /// VERBOSE returns true and much more; GARBLED returns neither true nor false.
    enum Mood {
        KIND,
        LYING,
        BURNING,
        REVERTING,
        VERBOSE,
        GARBLED
    }

    Mood public mood;
    mapping(address owner => bool) public frozen;

    error Frozen(address owner);

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function freeze(address owner) external {
        frozen[owner] = true;
    }

    /// @notice Takes it away from anybody.
    function seize(address owner, uint256 amount) external {
        _move(owner, msg.sender, amount);
    }

    function _transfer(address from, address to, uint256 amount) internal override returns (bool) {
        if (frozen[from] || frozen[to]) {
            revert Frozen(frozen[from] ? from : to);
        }
        if (mood == Mood.LYING) {
            return true;
        }
        if (mood == Mood.REVERTING) {
            revert("not today");
        }
        _move(from, mood == Mood.BURNING ? address(0xdead) : to, amount);
        if (mood == Mood.VERBOSE) {
            assembly ("memory-safe") {
                mstore(0, 1)
                return(0, 20000)
            }
        }
        if (mood == Mood.GARBLED) {
            assembly ("memory-safe") {
                mstore(0, 2)
                return(0, 32)
            }
        }
        return true;
    }
}
