// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Says what an escrow keyed by a number says; moves no money and lets anybody say anything.
contract NumberedOrders {
    enum Status {
        None,
        Funded,
        Paid,
        Returned
    }

    struct Order {
        address buyer;
        address seller;
        uint256 amount;
        Status status;
    }

    mapping(uint256 orderId => Order order) public orders;

    event OrderFunded(uint256 indexed orderId, address indexed buyer, uint256 amount);
    event OrderPaid(uint256 indexed orderId, address indexed seller, uint256 amount);
    event OrderReturned(uint256 indexed orderId, address indexed buyer, uint256 amount);

    function fund(uint256 orderId, address buyer, address seller, uint256 amount) external {
        orders[orderId] = Order(buyer, seller, amount, Status.Funded);
        emit OrderFunded(orderId, buyer, amount);
    }

    function pay(uint256 orderId) external {
        Order storage order = orders[orderId];
        order.status = Status.Paid;
        emit OrderPaid(orderId, order.seller, order.amount);
    }

    function giveBack(uint256 orderId) external {
        Order storage order = orders[orderId];
        order.status = Status.Returned;
        emit OrderReturned(orderId, order.buyer, order.amount);
    }
}
