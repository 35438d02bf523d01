// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice As little of an EIP-1967 proxy as shows its slots: the deployer is the admin.
contract UpgradeableProxy {
    /// @dev keccak256("eip1967.proxy.implementation") - 1
    bytes32 private constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;

    /// @dev keccak256("eip1967.proxy.admin") - 1
    bytes32 private constant ADMIN = 0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103;

    event Upgraded(address indexed implementation);
    event AdminChanged(address previousAdmin, address newAdmin);

    error NotAdmin(address caller);
    error NoCode(address implementation);

    constructor(address implementation) {
        _write(ADMIN, msg.sender);
        emit AdminChanged(address(0), msg.sender);
        _upgrade(implementation);
    }

    function upgradeTo(address implementation) external {
        if (msg.sender != _read(ADMIN)) {
            revert NotAdmin(msg.sender);
        }
        _upgrade(implementation);
    }

    fallback() external payable {
        address implementation = _read(IMPLEMENTATION);
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, 0, calldatasize())
            let done := delegatecall(gas(), implementation, data, calldatasize(), 0, 0)
            returndatacopy(data, 0, returndatasize())
            switch done
            case 0 { revert(data, returndatasize()) }
            default { return(data, returndatasize()) }
        }
    }

    receive() external payable {}

    function _upgrade(address implementation) private {
        if (implementation.code.length == 0) {
            revert NoCode(implementation);
        }
        _write(IMPLEMENTATION, implementation);
        emit Upgraded(implementation);
    }

    function _read(bytes32 slot) private view returns (address value) {
        assembly ("memory-safe") {
            value := sload(slot)
        }
    }

    function _write(bytes32 slot, address value) private {
        assembly ("memory-safe") {
            sstore(slot, value)
        }
    }
}
