// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TradeEscrow} from "./TradeEscrow.sol";

/// @title Trade escrow factory: makes the contract of each trade, at an address that its terms decide
/// @notice Anybody may make a trade's contract. That it came from here proves its code and its arbiter; the
/// parties, the amount and the trade's hash are what the caller wrote. The address is derived from all of
/// them, so nobody can put other terms at the address a venue expects, and whoever makes the expected one
/// early has only paid for it.
///
/// The arbiter never changes. A venue that changes its arbiter deploys a new factory; the trades of the old
/// one keep the old arbiter.
contract TradeEscrowFactory {
    /// @notice The arbiter of every trade made here.
    address public immutable arbiter;

    /// @notice Whether this contract was made here.
    mapping(address trade => bool made) public made;

    /// @notice A trade's contract was made. No money is in it yet.
    event TradeCreated(
        bytes32 indexed tradeHash,
        address indexed trade,
        address depositor,
        address counterparty,
        uint256 amount
    );

    /// @notice These terms have their contract already.
    error TradeExists(address trade);

    /// @notice The zero address cannot be the arbiter.
    error InvalidArbiter(address arbiter);

    /// @param arbiter_ of every trade made here, for ever; not zero
    constructor(address arbiter_) {
        if (arbiter_ == address(0)) {
            revert InvalidArbiter(arbiter_);
        }
        arbiter = arbiter_;
    }

    /// @notice Makes the contract of a trade in the chain's own coin. Refuses what {TradeEscrow} refuses, with
    /// its errors.
    /// @param tradeHash the venue's own name for the trade
    /// @return trade the contract: see {tradeOf}
    function createTrade(address depositor, address counterparty, uint256 amount, bytes32 tradeHash)
        external
        returns (address trade)
    {
        trade = tradeOf(depositor, counterparty, amount, tradeHash);
        if (made[trade]) {
            revert TradeExists(trade);
        }
        made[trade] = true;
        emit TradeCreated(tradeHash, trade, depositor, counterparty, amount);
        new TradeEscrow{salt: 0}(depositor, counterparty, address(0), amount, arbiter, tradeHash);
    }

    /// @notice The address of the contract with these terms, made or not yet made.
    function tradeOf(address depositor, address counterparty, uint256 amount, bytes32 tradeHash)
        public
        view
        returns (address)
    {
        bytes memory arguments = abi.encode(depositor, counterparty, address(0), amount, arbiter, tradeHash);
        bytes32 code = keccak256(abi.encodePacked(type(TradeEscrow).creationCode, arguments));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), bytes32(0), code)))));
    }
}
