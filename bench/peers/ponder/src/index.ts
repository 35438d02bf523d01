import { ponder } from 'ponder:registry';
import { orderEvent, orders } from 'ponder:schema';

ponder.on('Escrow:EscrowCreated', async ({ event, context }) => {
  await record(context, event, 'CREATED', event.args.buyer);
  await move(context, event, 'PENDING');
});

ponder.on('Escrow:EscrowReleased', async ({ event, context }) => {
  await record(context, event, 'RELEASED', event.args.to);
  await move(context, event, 'SETTLED');
});

async function record(context, event, kind, party) {
  await context.db.insert(orderEvent).values({
    id: event.id,
    orderKey: event.args.orderId,
    kind,
    party,
    amount: event.args.amount,
    blockNumber: Number(event.block.number),
    logIndex: event.log.logIndex,
    transactionHash: event.transaction.hash,
  });
}

async function move(context, event, state) {
  const blockNumber = Number(event.block.number);
  await context.db
    .insert(orders)
    .values({ id: event.args.orderId, state, blockNumber })
    .onConflictDoUpdate({ state, blockNumber });
}
