// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The books of a test token; anybody may mint.
abstract contract Balances {
    uint256 public totalSupply;
    mapping(address owner => uint256 amount) public balanceOf;
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);

    error TooLittle(address owner, uint256 owned, uint256 needed);
    error NotApproved(address owner, address spender, uint256 approved, uint256 needed);

    function mint(address to, uint256 amount) external {
        totalSupply += amount;
        balanceOf[to] += amount;
        emit Transfer(address(0), to, amount);
    }

    function _approve(address spender, uint256 amount) internal {
        allowance[msg.sender][spender] = amount;
        emit Approval(msg.sender, spender, amount);
    }

    function _spend(address owner, uint256 amount) internal {
        uint256 approved = allowance[owner][msg.sender];
        if (approved < amount) {
            revert NotApproved(owner, msg.sender, approved, amount);
        }
        allowance[owner][msg.sender] = approved - amount;
    }

    function _move(address from, address to, uint256 amount) internal {
        uint256 owned = balanceOf[from];
        if (owned < amount) {
            revert TooLittle(from, owned, amount);
        }
        balanceOf[from] = owned - amount;
        balanceOf[to] += amount;
        emit Transfer(from, to, amount);
    }
}
