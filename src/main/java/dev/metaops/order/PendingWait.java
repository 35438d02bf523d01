package dev.metaops.order;

import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Gwei;
import dev.metaops.chain.Transaction;
import java.math.BigInteger;
import java.util.Optional;

/** Why a transaction that a node has in its pool is in no block yet. */
public sealed interface PendingWait {
  /** It is its sender's next, pays enough and would succeed: it waits for a block. */
  record ForBlock() implements PendingWait {}

  /** Blocks ask more for gas than it is willing to pay. */
  record FeeTooLow(BigInteger baseFee) implements PendingWait {}

  /**
   * A transaction with a lower nonce has to come first, and no node has it.
   *
   * @param missing the lowest such nonce
   */
  record NonceGap(long missing) implements PendingWait {}

  /**
   * Its sender owns less than its value and all its gas.
   *
   * @param needs in wei
   * @param has in wei
   */
  record BalanceTooLow(BigInteger needs, BigInteger has) implements PendingWait {}

  /** Included now it would be undone: what the contract says to the same call. */
  record WouldRevert(String reason) implements PendingWait {}

  /**
   * An older transaction of the same sender has to come first.
   *
   * @param nonce the older one's
   * @param older the older one and why it waits; absent when the node does not show it
   */
  record Behind(long nonce, Optional<Older> older) implements PendingWait {}

  /** The next of a sender's transactions. */
  record Older(Transaction transaction, PendingWait why) {}

  /**
   * Why this one waits. What keeps it from ever being included comes before what only takes time.
   *
   * @param refusal what the contract says to the same call now, when it refuses
   */
  static PendingWait of(
      Transaction transaction, SenderAccount account, FeeMarket market, Optional<String> refusal) {
    Optional<Long> gap = account.gapBefore(transaction.nonce());
    if (gap.isPresent()) {
      return new NonceGap(gap.get());
    }
    boolean isNext = transaction.nonce() <= account.nonce();
    if (isNext) {
      return ofNext(transaction, account, market, refusal);
    }
    Behind behind =
        new Behind(
            account.nonce(),
            account
                .waiting(account.nonce())
                .map(older -> new Older(older, ofNext(older, account, market, Optional.empty()))));
    PendingWait own = ofNext(transaction, account, market, Optional.empty());
    return behind.isTrouble() || !own.isTrouble() ? behind : own;
  }

  private static PendingWait ofNext(
      Transaction transaction, SenderAccount account, FeeMarket market, Optional<String> refusal) {
    if (transaction.needs().compareTo(account.balance()) > 0) {
      return new BalanceTooLow(transaction.needs(), account.balance());
    }
    Optional<BigInteger> base = market.baseFee().filter(fee -> !transaction.fee().covers(fee));
    if (base.isPresent()) {
      return new FeeTooLow(base.get());
    }
    return refusal.<PendingWait>map(WouldRevert::new).orElseGet(ForBlock::new);
  }

  /** Whether waiting alone will not help. Not being able to see what is in front counts too. */
  default boolean isTrouble() {
    return switch (this) {
      case ForBlock() -> false;
      case FeeTooLow _, NonceGap _, BalanceTooLow _, WouldRevert _ -> true;
      case Behind(_, Optional<Older> older) -> older.isEmpty() || older.get().why().isTrouble();
    };
  }

  /** As a phrase that follows a colon. */
  default String sentence() {
    return switch (this) {
      case ForBlock() -> "next in line and paying enough, it waits for a block";
      case FeeTooLow(BigInteger baseFee) ->
          "its fee is too low, blocks ask " + Gwei.text(baseFee) + " gwei";
      case NonceGap(long missing) ->
          "nonce " + missing + " of the same sender is missing, and nothing passes before it";
      case BalanceTooLow(BigInteger needs, BigInteger has) ->
          "its sender has " + has + " wei and it may cost " + needs + " wei";
      case WouldRevert(String reason) -> "the contract would refuse it now, " + reason;
      case Behind(long nonce, Optional<Older> older) ->
          older
              .map(first ->
                  "nonce "
                      + nonce
                      + " of the same sender ("
                      + first.transaction().hash().brief()
                      + ", "
                      + first.transaction().fee()
                      + ") has to come first: "
                      + first.why().sentence())
              .orElse(
                  "nonce "
                      + nonce
                      + " of the same sender has to come first, and the node does not show it");
    };
  }
}
