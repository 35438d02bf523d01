// The peer Ponder, as its documentation sets it up. RPC_URL, ESCROW, POLL_MS; the database by DATABASE_URL.
import { createConfig } from 'ponder';
import { parseAbi } from 'viem';

export default createConfig({
  database: { kind: 'postgres', connectionString: process.env.DATABASE_URL },
  chains: {
    local: { id: 31337, rpc: process.env.RPC_URL, pollingInterval: Number(process.env.POLL_MS) },
  },
  contracts: {
    Escrow: {
      chain: 'local',
      abi: parseAbi([
        'event EscrowCreated(bytes32 indexed orderId, address indexed buyer, address indexed seller, string id, address token, uint256 amount, uint64 deadline)',
        'event EscrowReleased(bytes32 indexed orderId, address indexed to, uint256 amount)',
      ]),
      address: process.env.ESCROW as `0x${string}`,
      startBlock: 0,
    },
  },
});
