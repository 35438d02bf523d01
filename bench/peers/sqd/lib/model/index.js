// Two tables, as everybody's first squid has them: each event as it came, and the order it moves.
const { EntitySchema } = require('typeorm');

class OrderEvent {
  constructor(fields) {
    Object.assign(this, fields);
  }
}

class Order {
  constructor(fields) {
    Object.assign(this, fields);
  }
}

const text = (more) => ({ type: 'text', ...more });

module.exports = {
  OrderEvent,
  Order,
  entities: [
    new EntitySchema({
      name: 'OrderEvent',
      target: OrderEvent,
      tableName: 'order_event',
      columns: {
        id: text({ primary: true }),
        orderKey: text({ name: 'order_key' }),
        kind: text(),
        party: text(),
        amount: { type: 'numeric' },
        blockNumber: { type: 'int4', name: 'block_number' },
        logIndex: { type: 'int4', name: 'log_index' },
        transactionHash: text({ name: 'transaction_hash' }),
      },
    }),
    new EntitySchema({
      name: 'Order',
      target: Order,
      tableName: 'orders',
      columns: {
        id: text({ primary: true }),
        state: text(),
        blockNumber: { type: 'int4', name: 'block_number' },
      },
    }),
  ],
};
