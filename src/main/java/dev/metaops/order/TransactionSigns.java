package dev.metaops.order;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.Transaction;
import java.util.Optional;

/** What was seen of an order's own transaction, before anybody judged it. */
public sealed interface TransactionSigns {
  /** The row names no transaction. */
  record NoHash(Gate gate) implements TransactionSigns {}

  /** Nobody could look, and why. */
  record NotSeen(String why) implements TransactionSigns {}

  /**
   * A node answered.
   *
   * @param known the transaction as the node has it, in a block or in its pool
   * @param outcome what its receipt says, asked last
   * @param remembered its sender and nonce, from when they were known
   * @param account its sender's, asked after {@code known}; absent without a sender, or when the
   *     node did not say
   * @param successor the transaction in a block that used its nonce, when one was found
   * @param refusal what the contract says to the same call now, when it refuses it
   */
  record Seen(
      Hash hash,
      Moment moment,
      Optional<Transaction> known,
      Optional<Outcome> outcome,
      Optional<SenderNonce> remembered,
      Optional<SenderAccount> account,
      Optional<Hash> successor,
      Optional<String> refusal)
      implements TransactionSigns {
    /** Its sender and nonce, where anybody knows them. */
    public Optional<SenderNonce> place() {
      return known.map(Transaction::place).or(() -> remembered);
    }
  }

  /**
   * The chain when it was looked at.
   *
   * @param head the latest block's number
   * @param settled up to which block everything is final, when the chain says
   */
  record Moment(long head, Optional<Long> settled, FeeMarket market) {}

  /**
   * A receipt.
   *
   * @param reason why it was undone, as far as a replay could tell
   */
  record Outcome(BlockRef block, Execution execution, Optional<String> reason) {}
}
