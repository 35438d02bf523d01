// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What an escrow asks of a token: the part of ERC-20 it uses. Many tokens return nothing where
/// the standard says a truth value, so the callers read the answer themselves.
interface IERC20 {
    function balanceOf(address owner) external view returns (uint256);

    function transfer(address to, uint256 amount) external returns (bool);

    function transferFrom(address from, address to, uint256 amount) external returns (bool);
}
