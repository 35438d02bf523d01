// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "./IERC20.sol";

/// @title Registry escrow: one contract holds the money of many trades
/// @notice A buyer puts the money of one order into escrow. It leaves once, whole, and only to that
/// order's seller (release) or back to its buyer (refund, cancel). An arbiter decides disputes.
///
/// Who must be trusted with what:
/// - The arbiter chooses between buyer and seller, for any open escrow. It can pay nobody else, change
///   no terms and take no fee. A disputed escrow waits for the arbiter without limit.
/// - A seller who has delivered and sees no release must dispute before the deadline: from the deadline
///   on, the buyer may take the money back.
/// - A recipient that refuses the money makes its own payment revert, with {TransferFailed}, and leaves
///   the escrow as it was; no other escrow is touched.
/// - A token other than the chain's own coin obeys its own rules and its own owners, not this contract.
///   It can freeze this contract or a party, take back what lies here, start to take a fee (the recipient
///   then gets less than the event says), or be replaced by other code. Nothing here can prevent it or
///   make it good. Anybody may create an escrow in any token, worthless ones too: whoever acts on an
///   escrow's event must have chosen its token. All escrows in one token share this contract's balance
///   of it: when the token takes some of that away, those who leave first are paid whole and the last are
///   not paid until somebody sends the difference. Other tokens and the coin are never touched by it.
///
/// Invariant: `held(token)` is the sum of the amounts of all escrows of that token in status Held or
/// Disputed. The contract's balance is at least that: always for the chain's own coin (the zero address),
/// and for a token as long as the token changes balances by transfers only. It is more only when money
/// was sent or forced in outside {create}; that belongs to nobody and stays.
///
/// @dev There is no upgrade, no delegate call and no `receive`: money comes in through {create} and nowhere
/// else. Tokens that return nothing (USDT) are as good as tokens that return true. Every movement of a
/// token is measured by this contract's own balance and must be the amount exactly, so that tokens that
/// take a fee, or say yes and do nothing, are refused rather than believed.
contract RegistryEscrow {
    /// @notice Where an escrow stands. Released, Refunded and Cancelled are final.
    enum Status {
        None,
        Held,
        Disputed,
        Released,
        Refunded,
        Cancelled
    }

    /// @notice The terms of one escrow, fixed when it is created, and its status.
    /// @param amount base units of `token`
    /// @param deadline seconds since 1970; from this second on the buyer may take a refund
    struct Escrow {
        address buyer;
        address seller;
        address token;
        uint256 amount;
        uint64 deadline;
        Status status;
    }

    /// @notice The longest order id, in bytes: ids are copied into every follower's ledger.
    uint256 public constant MAX_ID_BYTES = 128;

    /// @notice Decides disputes, and may stop new escrows.
    address public arbiter;

    /// @notice Becomes the arbiter by calling {acceptArbiter}; zero when no handover is under way.
    address public pendingArbiter;

    /// @notice Whether new escrows are refused. Never stops money on its way out: see {pause}.
    bool public paused;

    /// @dev Set while a call of this contract runs; transient, so that it ends with the transaction.
    bool private transient entered;

    /// @notice The sum of the amounts of all escrows in status Held or Disputed, by token.
    mapping(address token => uint256 amount) public held;

    mapping(bytes32 orderId => Escrow escrow) private escrows;

    /// @notice Money came in. `id` is the venue's order id as the buyer wrote it, checked by nobody here.
    event EscrowCreated(
        bytes32 indexed orderId,
        address indexed buyer,
        address indexed seller,
        string id,
        address token,
        uint256 amount,
        uint64 deadline
    );

    /// @notice The seller was paid.
    event EscrowReleased(bytes32 indexed orderId, address indexed to, uint256 amount);

    /// @notice The buyer was paid back.
    event EscrowRefunded(bytes32 indexed orderId, address indexed to, uint256 amount);

    /// @notice The seller declined the trade; the buyer was paid back.
    event EscrowCancelled(bytes32 indexed orderId, address indexed to, uint256 amount);

    /// @notice A party asked the arbiter to decide.
    event EscrowDisputed(bytes32 indexed orderId, address indexed by);

    /// @notice New escrows are refused from now on.
    event Paused(address indexed by);

    /// @notice New escrows are accepted again.
    event Unpaused(address indexed by);

    /// @notice A handover was offered, or withdrawn when `pending` is zero.
    event ArbiterTransferStarted(address indexed current, address indexed pending);

    /// @notice A handover was accepted. `previous` is zero once, at deployment.
    event ArbiterTransferred(address indexed previous, address indexed current);

    /// @notice An order id must have 1 to {MAX_ID_BYTES} bytes.
    error InvalidIdLength(uint256 length);

    /// @notice The seller may be neither zero, nor the buyer, nor this contract.
    error InvalidSeller(address seller);

    /// @notice The token is neither the chain's own coin (the zero address) nor a contract.
    error UnsupportedToken(address token);

    /// @notice An escrow must hold something.
    error ZeroAmount();

    /// @notice The coins sent with the call must be these exactly: the amount, or none with a token.
    error WrongValue(uint256 sent, uint256 expected);

    /// @notice The token did not let this contract take the amount from the buyer, who must own and have
    /// approved it.
    error PullFailed(address token, address from, uint256 amount);

    /// @notice What arrived is not the amount: the token takes a fee, or does something else on its way.
    error WrongAmountReceived(address token, uint256 received, uint256 amount);

    /// @notice What left is not the amount: the token moved nothing, or took more. Nothing has changed.
    error WrongAmountPaid(address token, uint256 paid, uint256 amount);

    /// @notice The token does not say what this contract owns of it.
    error BalanceUnreadable(address token);

    /// @notice The deadline must lie after the block's time.
    error DeadlineNotInFuture(uint64 deadline, uint256 blockTime);

    /// @notice The key was used before; an order id serves one escrow with the same terms.
    error EscrowExists(bytes32 orderId, Status status);

    /// @notice The escrow's status does not allow this call. `None` means there is no such escrow.
    error WrongStatus(bytes32 orderId, Status status);

    /// @notice The caller is not one who may do this to the escrow in this status.
    error NotAllowed(bytes32 orderId, address caller, Status status);

    /// @notice The buyer may take a refund from the deadline on.
    error TooEarly(bytes32 orderId, uint64 deadline, uint256 blockTime);

    /// @notice A dispute must begin before the deadline.
    error TooLate(bytes32 orderId, uint64 deadline, uint256 blockTime);

    /// @notice The recipient, or the token, refused the payment; nothing has changed.
    error TransferFailed(address to, uint256 amount);

    /// @notice Only the arbiter may do this.
    error NotArbiter(address caller, address arbiter);

    /// @notice Only the offered arbiter may accept the handover.
    error NotPendingArbiter(address caller, address pendingArbiter);

    /// @notice The zero address cannot be the first arbiter.
    error InvalidArbiter(address arbiter);

    /// @notice New escrows are stopped.
    error IsPaused();

    /// @notice New escrows are not stopped.
    error IsNotPaused();

    /// @notice A recipient or a token called back while money was on its way.
    error Reentered();

    modifier onlyArbiter() {
        if (msg.sender != arbiter) {
            revert NotArbiter(msg.sender, arbiter);
        }
        _;
    }

    /// @dev No escrow changes while money is on its way into or out of another one.
    modifier nonReentrant() {
        if (entered) {
            revert Reentered();
        }
        entered = true;
        _;
        entered = false;
    }

    /// @param firstArbiter decides disputes until it hands over; not zero
    constructor(address firstArbiter) {
        if (firstArbiter == address(0)) {
            revert InvalidArbiter(firstArbiter);
        }
        arbiter = firstArbiter;
        emit ArbiterTransferred(address(0), firstArbiter);
    }

    // ---------------------------------------------------------------------------------------- money in

    /// @notice Puts the caller's money into escrow, as the buyer. In the chain's own coin the value sent is
    /// the amount; in a token the value is zero and the buyer has approved this contract for the amount.
    /// @dev The buyer is part of the key, so nobody can occupy another buyer's key, and whoever writes a
    /// foreign order id here gets a key that its venue never derived. A token may call anybody while it is
    /// taken: what they then read here already counts this escrow, and is undone with everything else if
    /// the amount does not arrive.
    /// @param id the venue's order id, 1 to {MAX_ID_BYTES} bytes
    /// @param seller who is paid on release
    /// @param token a contract, or the zero address: the chain's own coin
    /// @param amount base units, more than zero
    /// @param deadline seconds since 1970, after the block's time
    /// @return orderId the escrow's key: see {keyOf}
    function create(string calldata id, address seller, address token, uint256 amount, uint64 deadline)
        external
        payable
        nonReentrant
        returns (bytes32 orderId)
    {
        if (paused) {
            revert IsPaused();
        }
        if (bytes(id).length == 0 || bytes(id).length > MAX_ID_BYTES) {
            revert InvalidIdLength(bytes(id).length);
        }
        if (seller == address(0) || seller == msg.sender || seller == address(this)) {
            revert InvalidSeller(seller);
        }
        if (token != address(0) && token.code.length == 0) {
            revert UnsupportedToken(token);
        }
        if (amount == 0) {
            revert ZeroAmount();
        }
        uint256 value = token == address(0) ? amount : 0;
        if (msg.value != value) {
            revert WrongValue(msg.value, value);
        }
        if (deadline <= block.timestamp) {
            revert DeadlineNotInFuture(deadline, block.timestamp);
        }
        orderId = keyOf(id, msg.sender, seller, token, amount);
        Status status = escrows[orderId].status;
        if (status != Status.None) {
            revert EscrowExists(orderId, status);
        }

        escrows[orderId] = Escrow(msg.sender, seller, token, amount, deadline, Status.Held);
        held[token] += amount;
        emit EscrowCreated(orderId, msg.sender, seller, id, token, amount, deadline);
        if (token != address(0)) {
            _pull(token, msg.sender, amount);
        }
    }

    // --------------------------------------------------------------------------------------- money out

    /// @notice Pays the seller. By the buyer or the arbiter while Held, by the arbiter while Disputed.
    function release(bytes32 orderId) external nonReentrant {
        Escrow storage escrow = _open(orderId);
        Status status = escrow.status;
        if (msg.sender != arbiter && (status != Status.Held || msg.sender != escrow.buyer)) {
            revert NotAllowed(orderId, msg.sender, status);
        }
        (address to, uint256 amount) = (escrow.seller, escrow.amount);
        _close(escrow, Status.Released);
        emit EscrowReleased(orderId, to, amount);
        _pay(escrow.token, to, amount);
    }

    /// @notice Pays the buyer back. By the seller at any time while Held, by the buyer from the deadline
    /// on while Held, by the arbiter while Held or Disputed.
    function refund(bytes32 orderId) external nonReentrant {
        Escrow storage escrow = _open(orderId);
        Status status = escrow.status;
        address buyer = escrow.buyer;
        if (msg.sender != arbiter) {
            if (status != Status.Held || (msg.sender != buyer && msg.sender != escrow.seller)) {
                revert NotAllowed(orderId, msg.sender, status);
            }
            if (msg.sender == buyer && block.timestamp < escrow.deadline) {
                revert TooEarly(orderId, escrow.deadline, block.timestamp);
            }
        }
        uint256 amount = escrow.amount;
        _close(escrow, Status.Refunded);
        emit EscrowRefunded(orderId, buyer, amount);
        _pay(escrow.token, buyer, amount);
    }

    /// @notice Declines the trade and pays the buyer back. By the seller while Held.
    function cancel(bytes32 orderId) external nonReentrant {
        Escrow storage escrow = _held(orderId);
        if (msg.sender != escrow.seller) {
            revert NotAllowed(orderId, msg.sender, Status.Held);
        }
        (address to, uint256 amount) = (escrow.buyer, escrow.amount);
        _close(escrow, Status.Cancelled);
        emit EscrowCancelled(orderId, to, amount);
        _pay(escrow.token, to, amount);
    }

    /// @notice Asks the arbiter to decide. By the buyer or the seller, while Held and before the deadline.
    /// From then on the deadline means nothing and only the arbiter moves the money.
    /// @dev Dispute ends in the very second in which the buyer's refund begins: there is no moment with
    /// both and none with neither.
    function dispute(bytes32 orderId) external nonReentrant {
        Escrow storage escrow = _held(orderId);
        if (msg.sender != escrow.buyer && msg.sender != escrow.seller) {
            revert NotAllowed(orderId, msg.sender, Status.Held);
        }
        if (block.timestamp >= escrow.deadline) {
            revert TooLate(orderId, escrow.deadline, block.timestamp);
        }
        escrow.status = Status.Disputed;
        emit EscrowDisputed(orderId, msg.sender);
    }

    // ----------------------------------------------------------------------------------------- arbiter

    /// @notice Refuses new escrows. Everything that concerns money already here goes on.
    /// @dev Why not the rest: `refund` and `cancel` return money to its owner, and whoever can stop them can
    /// hold it hostage. `release` and `dispute` go on because deadlines do not stop with a pause: without
    /// `release` a willing buyer could not pay a seller who delivered, and without `dispute` that seller
    /// would lose the only protection there is before the buyer's refund begins. A pause that froze them
    /// would decide trades in the buyer's favour.
    function pause() external onlyArbiter {
        if (paused) {
            revert IsPaused();
        }
        paused = true;
        emit Paused(msg.sender);
    }

    /// @notice Accepts new escrows again.
    function unpause() external onlyArbiter {
        if (!paused) {
            revert IsNotPaused();
        }
        paused = false;
        emit Unpaused(msg.sender);
    }

    /// @notice Offers the arbiter's part to another address, which must accept it. Until then nothing
    /// changes, so a misspelt address costs nothing. A new offer replaces the last; zero withdraws it.
    function transferArbiter(address pending) external onlyArbiter {
        pendingArbiter = pending;
        emit ArbiterTransferStarted(msg.sender, pending);
    }

    /// @notice Takes over the arbiter's part. By the address it was offered to.
    function acceptArbiter() external {
        if (msg.sender != pendingArbiter) {
            revert NotPendingArbiter(msg.sender, pendingArbiter);
        }
        address previous = arbiter;
        arbiter = msg.sender;
        pendingArbiter = address(0);
        emit ArbiterTransferred(previous, msg.sender);
    }

    // ------------------------------------------------------------------------------------------- views

    /// @notice The escrow's terms and status; all zero with status None when there is none.
    function escrowOf(bytes32 orderId) external view returns (Escrow memory) {
        return escrows[orderId];
    }

    /// @notice The key of an escrow with these terms: keccak256(abi.encode(id, buyer, seller, token,
    /// amount)). Derived alike by everyone, so that an event proves the terms and not just an id.
    function keyOf(string calldata id, address buyer, address seller, address token, uint256 amount)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(id, buyer, seller, token, amount));
    }

    // ---------------------------------------------------------------------------------------- internal

    /// @dev The escrow, which must be Held or Disputed.
    function _open(bytes32 orderId) private view returns (Escrow storage escrow) {
        escrow = escrows[orderId];
        if (escrow.status != Status.Held && escrow.status != Status.Disputed) {
            revert WrongStatus(orderId, escrow.status);
        }
    }

    /// @dev The escrow, which must be Held.
    function _held(bytes32 orderId) private view returns (Escrow storage escrow) {
        escrow = escrows[orderId];
        if (escrow.status != Status.Held) {
            revert WrongStatus(orderId, escrow.status);
        }
    }

    /// @dev The effects of every way out, all before the money moves.
    function _close(Escrow storage escrow, Status status) private {
        escrow.status = status;
        held[escrow.token] -= escrow.amount;
    }

    /// @dev The only place where a token comes in.
    function _pull(address token, address from, uint256 amount) private {
        uint256 before = _balance(token);
        if (!_accepts(token, abi.encodeCall(IERC20.transferFrom, (from, address(this), amount)))) {
            revert PullFailed(token, from, amount);
        }
        uint256 received = _difference(before, _balance(token));
        if (received != amount) {
            revert WrongAmountReceived(token, received, amount);
        }
    }

    /// @dev The only place where money leaves. All gas is passed on: the recipient may be a wallet contract,
    /// and calling back is refused by {nonReentrant}. What a token's recipient gets is between it and the
    /// token: measuring it would lock the money in when a token starts to take a fee.
    function _pay(address token, address to, uint256 amount) private {
        if (token == address(0)) {
            (bool accepted,) = to.call{value: amount}("");
            if (!accepted) {
                revert TransferFailed(to, amount);
            }
            return;
        }
        uint256 before = _balance(token);
        if (!_accepts(token, abi.encodeCall(IERC20.transfer, (to, amount)))) {
            revert TransferFailed(to, amount);
        }
        uint256 paid = _difference(_balance(token), before);
        if (paid != amount) {
            revert WrongAmountPaid(token, paid, amount);
        }
    }

    /// @dev How far the balance rose; zero when it fell, which is never an amount.
    function _difference(uint256 from, uint256 to) private pure returns (uint256) {
        return to > from ? to - from : 0;
    }

    /// @dev What this contract owns of a token. No more than a word of the answer is copied.
    function _balance(address token) private view returns (uint256 amount) {
        bytes memory question = abi.encodeCall(IERC20.balanceOf, (address(this)));
        bool known;
        assembly ("memory-safe") {
            known := staticcall(gas(), token, add(question, 32), mload(question), 0, 32)
            known := and(known, gt(returndatasize(), 31))
            amount := mload(0)
        }
        if (!known) {
            revert BalanceUnreadable(token);
        }
    }

    /// @dev Calls a token. Yes is: it did not revert, and returned true or, being a contract, nothing at all.
    /// No more than a word of the answer is copied.
    function _accepts(address token, bytes memory data) private returns (bool accepted) {
        uint256 length;
        uint256 answer;
        assembly ("memory-safe") {
            accepted := call(gas(), token, 0, add(data, 32), mload(data), 0, 32)
            length := returndatasize()
            answer := mload(0)
        }
        return accepted && (length == 0 ? token.code.length > 0 : length > 31 && answer == 1);
    }
}
