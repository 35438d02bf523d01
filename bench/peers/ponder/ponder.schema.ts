// Two tables: each event as it came, and the order it moves.
import { onchainTable } from 'ponder';

export const orderEvent = onchainTable('order_event', (t) => ({
  id: t.text().primaryKey(),
  orderKey: t.hex().notNull(),
  kind: t.text().notNull(),
  party: t.hex().notNull(),
  amount: t.bigint().notNull(),
  blockNumber: t.integer().notNull(),
  logIndex: t.integer().notNull(),
  transactionHash: t.hex().notNull(),
}));

export const orders = onchainTable('orders', (t) => ({
  id: t.hex().primaryKey(),
  state: t.text().notNull(),
  blockNumber: t.integer().notNull(),
}));
