// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RegistryEscrow} from "../src/RegistryEscrow.sol";

/// @notice Says what {RegistryEscrow} says of the orders of a {BulkParty} and keeps nothing: for benches that
/// need a hundred thousand events, since a node on one machine takes longer for each block the more is stored.
contract BulkEvents {
    address internal immutable buyer;
    address internal immutable seller;

    constructor(address payer, address payee) {
        buyer = payer;
        seller = payee;
    }

    /// @notice As {BulkParty-run}.
    function run(uint256 created, uint256 creations, uint256 released, uint256 releases) external {
        for (uint256 n = created; n < created + creations; n++) {
            string memory id = idOf(n);
            uint64 deadline = uint64(block.timestamp + 365 days);
            emit RegistryEscrow.EscrowCreated(keyOf(id), buyer, seller, id, address(0), 1, deadline);
        }
        for (uint256 n = released; n < released + releases; n++) {
            emit RegistryEscrow.EscrowReleased(keyOf(idOf(n)), seller, 1);
        }
    }

    function keyOf(string memory id) internal view returns (bytes32) {
        return keccak256(abi.encode(id, buyer, seller, address(0), uint256(1)));
    }

    function idOf(uint256 n) internal pure returns (string memory) {
        bytes memory id = "ord_0000000";
        for (uint256 place = 10; n > 0; place--) {
            id[place] = bytes1(uint8(48 + n % 10));
            n /= 10;
        }
        return string(id);
    }
}
