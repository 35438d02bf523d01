// What the old script did: the chain's head by RPC, the stuck orders by one query, a list.
import { JsonRpcProvider, formatEther } from 'ethers';
import pg from 'pg';

const hours = Number(process.argv[2] ?? 2);
const provider = new JsonRpcProvider(process.env.RPC_URL);
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
const [block, found] = await Promise.all([
  provider.getBlockNumber(),
  client.query(
    `SELECT id, state, amount, state_since FROM orders
     WHERE state NOT IN ('SETTLED', 'REFUNDED', 'CANCELLED')
       AND state_since < now() - make_interval(hours => $1)
     ORDER BY state_since LIMIT 100`,
    [hours]),
]);
console.log(`block ${block}: ${found.rowCount} orders stuck for more than ${hours} h`);
for (const order of found.rows) {
  const age = Math.floor((Date.now() - order.state_since.getTime()) / 3_600_000);
  console.log(`${order.id}  ${order.state.padEnd(9)}  ${age} h  ${formatEther(order.amount)} ETH`);
}
await client.end();
provider.destroy();
