// The peer SQD: each event a row, each order upserted, all of it in the processor's transaction.
// RPC_URL, ESCROW, CREATED_TOPIC, RELEASED_TOPIC, DB_URL, FINALITY (blocks), POLL_MS; everything else is SQD's
// default.
const { EvmBatchProcessor } = require('@subsquid/evm-processor');
const { TypeormDatabase } = require('@subsquid/typeorm-store');
const { event, indexed } = require('@subsquid/evm-abi');
const { address, bytes32, string, uint64, uint256 } = require('@subsquid/evm-codec');
const { Client } = require('pg');
const { OrderEvent, Order } = require('./lib/model');

const created = event(process.env.CREATED_TOPIC, 'EscrowCreated(bytes32,address,address,string,address,uint256,uint64)', {
  orderId: indexed(bytes32),
  buyer: indexed(address),
  seller: indexed(address),
  id: string,
  token: address,
  amount: uint256,
  deadline: uint64,
});
const released = event(process.env.RELEASED_TOPIC, 'EscrowReleased(bytes32,address,uint256)', {
  orderId: indexed(bytes32),
  to: indexed(address),
  amount: uint256,
});

const processor = new EvmBatchProcessor()
  .setRpcEndpoint({ url: process.env.RPC_URL })
  .setRpcDataIngestionSettings({ headPollInterval: Number(process.env.POLL_MS) })
  .setFinalityConfirmation(Number(process.env.FINALITY))
  .setBlockRange({ from: 0 })
  .setFields({ log: { topics: true, data: true, transactionHash: true } })
  .addLog({ address: [process.env.ESCROW], topic0: [created.topic, released.topic] });

function read(log) {
  if (log.topics[0] === created.topic) {
    const { orderId: key, buyer: party, amount } = created.decode(log);
    return { kind: 'CREATED', key, party, amount, state: 'PENDING' };
  }
  const { orderId: key, to: party, amount } = released.decode(log);
  return { kind: 'RELEASED', key, party, amount, state: 'SETTLED' };
}

async function handle(context) {
  const events = [];
  const orders = new Map();
  for (const block of context.blocks) {
    for (const log of block.logs) {
      const { kind, key, party, amount, state } = read(log);
      events.push(
        new OrderEvent({
          id: log.id,
          orderKey: key,
          kind,
          party,
          amount,
          blockNumber: block.header.height,
          logIndex: log.logIndex,
          transactionHash: log.transactionHash,
        }),
      );
      orders.set(key, new Order({ id: key, state, blockNumber: block.header.height }));
    }
  }
  await context.store.insert(events);
  await context.store.upsert([...orders.values()]);
}

async function tables() {
  const client = new Client({ connectionString: process.env.DB_URL });
  await client.connect();
  await client.query(`
    CREATE TABLE IF NOT EXISTS order_event (id text PRIMARY KEY, order_key text NOT NULL, kind text NOT NULL,
      party text NOT NULL, amount numeric NOT NULL, block_number int NOT NULL, log_index int NOT NULL,
      transaction_hash text NOT NULL);
    CREATE TABLE IF NOT EXISTS orders (id text PRIMARY KEY, state text NOT NULL, block_number int NOT NULL)`);
  await client.end();
}

tables().then(() => processor.run(new TypeormDatabase({ supportHotBlocks: true, projectDir: __dirname }), handle));
