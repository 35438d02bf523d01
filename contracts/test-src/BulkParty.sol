// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryEscrow} from "../src/RegistryEscrow.sol";

/// @notice The buyer of any number of orders, many in one transaction: for benches. Order n has the id
/// `ord_` and seven digits, and holds one wei of the chain's own coin for a year.
contract BulkParty {
    RegistryEscrow internal immutable escrow;
    address internal immutable seller;

    constructor(address escrowContract, address payee) {
        escrow = RegistryEscrow(escrowContract);
        seller = payee;
    }

    receive() external payable {}

    /// @notice Creates the orders from `created` on, then releases those from `released` on.
    function run(uint256 created, uint256 creations, uint256 released, uint256 releases) external {
        for (uint256 n = created; n < created + creations; n++) {
            escrow.create{value: 1}(idOf(n), seller, address(0), 1, uint64(block.timestamp + 365 days));
        }
        for (uint256 n = released; n < released + releases; n++) {
            escrow.release(escrow.keyOf(idOf(n), address(this), seller, address(0), 1));
        }
    }

    function idOf(uint256 n) public pure returns (string memory) {
        bytes memory id = "ord_0000000";
        for (uint256 place = 10; n > 0; place--) {
            id[place] = bytes1(uint8(48 + n % 10));
            n /= 10;
        }
        return string(id);
    }
}
