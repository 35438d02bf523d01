// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Trade escrow: one contract holds the money of one trade
/// @notice The depositor puts the amount in, the counterparty confirms, the arbiter releases it to the
/// counterparty, at once or in parts. Before the confirmation the arbiter may pay the depositor back.
///
/// This is a reference of the SHAPE that venues with a contract per trade have (their roles, events and
/// state numbers), for tests and demonstrations. It is no router and no exchange: see {executeTrade}.
///
/// Who must be trusted with what:
/// - The arbiter decides when, and before the confirmation whether, the counterparty is paid. It can pay
///   nobody but the two parties and cannot be replaced: an arbiter that is lost leaves the money here for
///   ever. The parties may not be the arbiter.
/// - The depositor cannot take the money back alone, at no time.
///
/// Invariant: from the deposit until the refund, the balance is at least the amount less {released}. It is
/// more only when coins were forced in by a destroyed contract or a block reward; those stay.
contract TradeEscrow {
    /// @notice Where the trade stands, in the numbers such venues use. COMPLETE says that the terms are
    /// agreed, not that the money has left: {released} says how much of it has.
    enum State {
        AWAITING_DEPOSIT,
        AWAITING_CONFIRMATION,
        COMPLETE,
        REFUNDED
    }

    /// @notice The longest path {executeTrade} records: events are copied into every follower's ledger.
    uint256 public constant MAX_PATH = 8;

    /// @notice Who puts the money in.
    address public immutable depositor;

    /// @notice Who is paid.
    address public immutable counterparty;

    /// @notice The zero address: the chain's own coin.
    address public immutable token;

    /// @notice What the deposit must be and the releases add up to, in base units.
    uint256 public immutable amount;

    /// @notice Who releases and refunds.
    address public immutable arbiter;

    /// @notice The venue's own name for the trade, checked by nobody here.
    bytes32 public immutable tradeHash;

    /// @notice Where the trade stands.
    State public currentState;

    /// @notice Whether the trade step was recorded: see {executeTrade}.
    bool public traded;

    /// @notice What has been paid to the counterparty so far, in base units; at most the amount.
    uint256 public released;

    /// @notice The money came in.
    event Deposited(address indexed depositor, uint256 amount);

    /// @notice The counterparty agreed; from now on the money can only be released.
    event Confirmed(address indexed sender);

    /// @notice The depositor recorded the trade step. Proves that it called, and nothing else.
    event TradeExecuted(address indexed sender, uint256 amountOutMin, address[] path, uint256 deadline);

    /// @notice The counterparty was paid this part; all of it, when the parts add up to the amount.
    event FundsReleased(address indexed to, uint256 amount);

    /// @notice The depositor was paid back, whole.
    event Refunded(address indexed depositor, uint256 amount);

    /// @notice Depositor, counterparty and arbiter are three different addresses and none is zero.
    error InvalidParties(address depositor, address counterparty, address arbiter);

    /// @notice Only the chain's own coin (the zero address) is accepted.
    error UnsupportedToken(address token);

    /// @notice A trade must be about something, and a release must be of something.
    error ZeroAmount();

    /// @notice The coins sent with the call must be the amount, exactly.
    error WrongValue(uint256 sent, uint256 expected);

    /// @notice Only this address may do this.
    error NotAllowed(address caller, address expected);

    /// @notice The trade's state does not allow this call.
    error WrongState(State state);

    /// @notice There is less left than was to be released.
    error MoreThanLeft(uint256 part, uint256 left);

    /// @notice The trade step is recorded once, while there is money left.
    error TradeStepOver(bool traded, uint256 left);

    /// @notice A path has 2 to {MAX_PATH} addresses.
    error InvalidPathLength(uint256 length);

    /// @notice The trade step's own deadline has passed.
    error TooLate(uint256 deadline, uint256 blockTime);

    /// @notice The recipient refused the money; nothing has changed.
    error TransferFailed(address to, uint256 amount);

    modifier only(address expected) {
        if (msg.sender != expected) {
            revert NotAllowed(msg.sender, expected);
        }
        _;
    }

    modifier inState(State expected) {
        if (currentState != expected) {
            revert WrongState(currentState);
        }
        _;
    }

    constructor(
        address depositor_,
        address counterparty_,
        address token_,
        uint256 amount_,
        address arbiter_,
        bytes32 tradeHash_
    ) {
        if (
            depositor_ == address(0) || counterparty_ == address(0) || arbiter_ == address(0)
                || depositor_ == counterparty_ || depositor_ == arbiter_ || counterparty_ == arbiter_
        ) {
            revert InvalidParties(depositor_, counterparty_, arbiter_);
        }
        if (token_ != address(0)) {
            revert UnsupportedToken(token_);
        }
        if (amount_ == 0) {
            revert ZeroAmount();
        }
        depositor = depositor_;
        counterparty = counterparty_;
        token = token_;
        amount = amount_;
        arbiter = arbiter_;
        tradeHash = tradeHash_;
    }

    /// @notice Puts the money in. By the depositor, once; the value sent is the amount.
    function deposit() external payable only(depositor) inState(State.AWAITING_DEPOSIT) {
        if (msg.value != amount) {
            revert WrongValue(msg.value, amount);
        }
        currentState = State.AWAITING_CONFIRMATION;
        emit Deposited(msg.sender, msg.value);
    }

    /// @notice Agrees to the trade. By the counterparty, once the money is here.
    function confirmTrade() external only(counterparty) inState(State.AWAITING_CONFIRMATION) {
        currentState = State.COMPLETE;
        emit Confirmed(msg.sender);
    }

    /// @notice Records the trade step. By the depositor, once, after the confirmation and before all of the
    /// money has left.
    /// @dev Swaps nothing and calls nobody: the venues' own contracts ask a router here. The event has their
    /// shape, so that what follows it can be tried without one.
    /// @param amountOutMin recorded as it is
    /// @param path 2 to {MAX_PATH} addresses, recorded as they are
    /// @param deadline seconds since 1970, not before the block's time
    function executeTrade(uint256 amountOutMin, address[] calldata path, uint256 deadline)
        external
        only(depositor)
        inState(State.COMPLETE)
    {
        uint256 left = amount - released;
        if (traded || left == 0) {
            revert TradeStepOver(traded, left);
        }
        if (path.length < 2 || path.length > MAX_PATH) {
            revert InvalidPathLength(path.length);
        }
        if (block.timestamp > deadline) {
            revert TooLate(deadline, block.timestamp);
        }
        traded = true;
        emit TradeExecuted(msg.sender, amountOutMin, path, deadline);
    }

    /// @notice Pays the counterparty a part of the money, or all that is left. By the arbiter, after the
    /// confirmation.
    /// @param part base units, more than zero and at most what is left
    function release(uint256 part) external only(arbiter) inState(State.COMPLETE) {
        if (part == 0) {
            revert ZeroAmount();
        }
        uint256 left = amount - released;
        if (part > left) {
            revert MoreThanLeft(part, left);
        }
        released += part;
        emit FundsReleased(counterparty, part);
        _pay(counterparty, part);
    }

    /// @notice Pays the depositor back, whole. By the arbiter, before the confirmation.
    function refund() external only(arbiter) inState(State.AWAITING_CONFIRMATION) {
        currentState = State.REFUNDED;
        emit Refunded(depositor, amount);
        _pay(depositor, amount);
    }

    /// @dev The only place where money leaves, after every effect: who is called back finds the trade as it
    /// will be. All gas is passed on: the recipient may be a wallet contract.
    function _pay(address to, uint256 part) private {
        (bool accepted,) = to.call{value: part}("");
        if (!accepted) {
            revert TransferFailed(to, part);
        }
    }
}
