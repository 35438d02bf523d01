// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Says what an escrow keyed by a name says, of which a log holds only the hash; moves no money and
/// lets anybody say anything.
contract NamedOrders {
    enum Status {
        None,
        Created,
        Released,
        Refunded,
        Cancelled
    }

    struct Order {
        address buyer;
        address seller;
        uint256 amount;
        Status status;
    }

    mapping(string orderId => Order order) public orders;

    event EscrowCreated(string indexed orderId, uint256 amount, address indexed buyer, address indexed seller);
    event EscrowReleased(string indexed orderId, uint256 amount);
    event EscrowRefunded(string indexed orderId, uint256 amount);
    event EscrowCancelled(string indexed orderId);

    function create(string calldata orderId, uint256 amount, address buyer, address seller) external {
        orders[orderId] = Order(buyer, seller, amount, Status.Created);
        emit EscrowCreated(orderId, amount, buyer, seller);
    }

    function release(string calldata orderId) external {
        Order storage order = orders[orderId];
        order.status = Status.Released;
        emit EscrowReleased(orderId, order.amount);
    }

    function refund(string calldata orderId) external {
        Order storage order = orders[orderId];
        order.status = Status.Refunded;
        emit EscrowRefunded(orderId, order.amount);
    }

    function cancel(string calldata orderId) external {
        orders[orderId].status = Status.Cancelled;
        emit EscrowCancelled(orderId);
    }
}
