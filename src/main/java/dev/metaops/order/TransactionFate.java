package dev.metaops.order;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.Transaction;
import dev.metaops.order.TransactionSigns.Moment;
import dev.metaops.order.TransactionSigns.Outcome;
import java.util.Optional;

/** What became of the transaction an order's row names. */
public sealed interface TransactionFate {
  /** No transaction is on record. That is no trouble unless the contract would refuse one. */
  record NeverSent(Gate gate) implements TransactionFate {}

  /** In the node's pool, in no block. */
  record Pending(Transaction transaction, PendingWait why, FeeMarket market)
      implements TransactionFate {}

  /**
   * The node has neither it nor a receipt, and its nonce is free.
   *
   * @param place its sender and nonce, absent when nobody knows them; then it may also have been
   *     replaced
   */
  record Dropped(Hash hash, Optional<SenderNonce> place, FeeMarket market)
      implements TransactionFate {}

  /**
   * Another transaction took its nonce; it can never be included.
   *
   * @param by the other, where it was found
   */
  record Replaced(Hash hash, SenderNonce place, Optional<Hash> by, Stage stage)
      implements TransactionFate {}

  /** Where the transaction that replaced another is. */
  enum Stage {
    IN_BLOCK,
    IN_POOL
  }

  /** Included and undone: it cost gas and changed nothing. */
  record Reverted(Hash hash, BlockRef block, String reason) implements TransactionFate {}

  /**
   * Included, and it took effect.
   *
   * @param confirmations blocks on top of its own
   */
  record Included(Hash hash, BlockRef block, long confirmations, Finality finality)
      implements TransactionFate {}

  /** Whether an including block can still go. */
  enum Finality {
    FINAL,
    NOT_FINAL,
    /** The chain names no final block. */
    UNKNOWN
  }

  /** Nobody could look, or what was seen contradicts itself for the moment. */
  record Unknown(String why) implements TransactionFate {}

  /** From what was seen. Total. */
  static TransactionFate of(TransactionSigns signs) {
    return switch (signs) {
      case TransactionSigns.NoHash(Gate gate) -> new NeverSent(gate);
      case TransactionSigns.NotSeen(String why) -> new Unknown(why);
      case TransactionSigns.Seen seen ->
          seen.outcome()
              .map(outcome -> ofIncluded(seen.hash(), outcome, seen.moment()))
              .orElseGet(() -> ofOpen(seen));
    };
  }

  private static TransactionFate ofIncluded(Hash hash, Outcome outcome, Moment moment) {
    if (outcome.execution() == Execution.REVERTED) {
      return new Reverted(hash, outcome.block(), outcome.reason().orElse("no reason found"));
    }
    long number = outcome.block().number();
    Finality finality =
        moment
            .settled()
            .map(settled -> number <= settled ? Finality.FINAL : Finality.NOT_FINAL)
            .orElse(Finality.UNKNOWN);
    return new Included(hash, outcome.block(), Math.max(0, moment.head() - number), finality);
  }

  /** Without a receipt. */
  private static TransactionFate ofOpen(TransactionSigns.Seen seen) {
    if (seen.known().flatMap(Transaction::block).isPresent()
        || seen.successor().filter(seen.hash()::equals).isPresent()) {
      return new Unknown("the node has it in a block and shows no receipt (ask again)");
    }
    Optional<SenderNonce> place = seen.place();
    if (place.isEmpty()) {
      return new Dropped(seen.hash(), place, seen.moment().market());
    }
    return seen.account()
        .map(account -> ofOpen(seen, place.get(), account))
        .orElseGet(() ->
            new Unknown("the node did not say where " + place.get().sender().brief() + " stands"));
  }

  private static TransactionFate ofOpen(
      TransactionSigns.Seen seen, SenderNonce place, SenderAccount account) {
    if (account.nonce() > place.nonce()) {
      return new Replaced(seen.hash(), place, seen.successor(), Stage.IN_BLOCK);
    }
    FeeMarket market = seen.moment().market();
    if (seen.known().isPresent()) {
      Transaction transaction = seen.known().get();
      return new Pending(
          transaction, PendingWait.of(transaction, account, market, seen.refusal()), market);
    }
    return account
        .waiting(place.nonce())
        .map(Transaction::hash)
        .filter(other -> !other.equals(seen.hash()))
        .<TransactionFate>map(
            other -> new Replaced(seen.hash(), place, Optional.of(other), Stage.IN_POOL))
        .orElseGet(() -> new Dropped(seen.hash(), Optional.of(place), market));
  }

  /** Whether waiting alone will not bring it about. */
  default boolean isTrouble() {
    return switch (this) {
      case NeverSent(Gate gate) -> gate == Gate.PAUSED;
      case Pending pending -> pending.why().isTrouble();
      case Dropped _, Replaced _, Reverted _ -> true;
      case Included _, Unknown _ -> false;
    };
  }

  /** For a person; begins in lower case, ends without a full stop. */
  default String sentence() {
    return switch (this) {
      case NeverSent(Gate gate) ->
          "no transaction of it is on record"
              + (gate == Gate.PAUSED ? ", and the contract is paused and would refuse one" : "");
      case Pending(Transaction transaction, PendingWait why, _) ->
          "its transaction "
              + transaction.hash().brief()
              + " (nonce "
              + transaction.nonce()
              + ", "
              + transaction.fee()
              + ") is pending: "
              + why.sentence();
      case Dropped(Hash hash, Optional<SenderNonce> place, _) ->
          "its transaction "
              + hash.brief()
              + " was dropped: the node has neither it nor a receipt"
              + place
                  .map(free -> ", and " + free + " is free")
                  .orElse(", and its sender and nonce are not known");
      case Replaced(Hash hash, SenderNonce place, Optional<Hash> by, Stage stage) ->
          "its transaction "
              + hash.brief()
              + " was replaced: "
              + place
              + (stage == Stage.IN_BLOCK ? " was used by " : " now waits as ")
              + by.map(Hash::text).orElse("another, which could not be found");
      case Reverted(Hash hash, BlockRef block, String reason) ->
          "its transaction "
              + hash.brief()
              + " reverted in block "
              + block.number()
              + ": "
              + reason;
      case Included(Hash hash, BlockRef block, long confirmations, Finality finality) ->
          "its transaction "
              + hash.brief()
              + " is in block "
              + block.number()
              + ", "
              + confirmations
              + " blocks on top"
              + switch (finality) {
                case FINAL -> ", final";
                case NOT_FINAL -> ", not final yet";
                case UNKNOWN -> "";
              };
      case Unknown(String why) -> "its transaction could not be followed: " + why;
    };
  }

  /** What has to be sent next; empty when nothing has to, or what depends on the reason first. */
  default Optional<NextTransaction> next() {
    return switch (this) {
      case Pending(Transaction transaction, PendingWait why, FeeMarket market) ->
          NextTransaction.after(transaction, why, market);
      case Dropped(_, Optional<SenderNonce> place, FeeMarket market) ->
          Optional.of(
              new NextTransaction(
                  "send the same call again",
                  place.map(SenderNonce::sender),
                  Optional.empty(),
                  place.map(SenderNonce::nonce),
                  Optional.empty(),
                  market.asked()));
      case NeverSent _, Replaced _, Reverted _, Included _, Unknown _ -> Optional.empty();
    };
  }
}
