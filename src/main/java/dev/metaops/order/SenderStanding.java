package dev.metaops.order;

import dev.metaops.chain.Fee;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Transaction;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether an account that sends a venue's settlements can go on sending them. */
public record SenderStanding(SenderAccount account, FeeMarket market, SettlementGas gas) {
  /** Fewer than this left is worth a look while nothing is blocked yet. */
  public static final int FEW = 10;

  /** How it stands, the better first. */
  public enum Grade {
    WELL,
    /** It sends; something is low, or could not be seen. */
    WATCH,
    /** Nothing it sends now gets into a block. */
    BLOCKED
  }

  /** What waits, by ascending nonce; empty too when the node does not show its pool. */
  public List<Transaction> waiting() {
    return account.pool().orElse(List.of()).stream()
        .filter(transaction -> transaction.nonce() >= account.nonce())
        .sorted(Comparator.comparingLong(Transaction::nonce))
        .toList();
  }

  /** The one that has to be included first. */
  public Optional<Transaction> oldest() {
    return waiting().stream().findFirst();
  }

  /** The lowest nonce that keeps later ones waiting and that the node does not have. */
  public Optional<Long> gap() {
    return waiting().isEmpty() ? Optional.empty() : account.gapBefore(waiting().getLast().nonce());
  }

  /** Why the oldest waits. */
  public Optional<PendingWait> why() {
    return oldest().map(first -> PendingWait.of(first, account, market, Optional.empty()));
  }

  /** What gas costs in the next block, in wei; absent when the node does not say. */
  public Optional<BigInteger> price() {
    return market.asked().map(Fee::most);
  }

  /** For how many settlements its balance pays at the present price. */
  public Optional<BigInteger> settlementsLeft() {
    return price()
        .filter(price -> price.signum() > 0)
        .map(price -> account.balance().divide(price.multiply(BigInteger.valueOf(gas.gas()))));
  }

  /** How many wait without a gap that the node counts and does not show. */
  private long unseen() {
    return account.pool().isPresent()
        ? 0
        : Math.max(0, account.pendingNonce().orElse(account.nonce()) - account.nonce());
  }

  private boolean isEmpty() {
    return settlementsLeft().filter(left -> left.signum() == 0).isPresent();
  }

  private boolean isLow() {
    return settlementsLeft().map(left -> left.compareTo(BigInteger.valueOf(FEW)) < 0).orElse(true);
  }

  public Grade grade() {
    boolean isStuck = why().filter(PendingWait::isTrouble).isPresent() || gap().isPresent();
    if (isStuck || isEmpty()) {
      return Grade.BLOCKED;
    }
    return unseen() > 0 || isLow() ? Grade.WATCH : Grade.WELL;
  }

  /** For a person; begins in lower case, ends without a full stop. */
  public String sentence() {
    Optional<PendingWait> trouble = why().filter(PendingWait::isTrouble);
    if (trouble.isPresent()) {
      return "blocked: nonce " + oldest().orElseThrow().nonce() + ", " + trouble.get().sentence();
    }
    if (gap().isPresent()) {
      return "blocked: nonce "
          + gap().get()
          + " is missing, what waits behind it is in no block until it comes";
    }
    if (isEmpty()) {
      return "blocked: its balance does not pay for one settlement";
    }
    return sends() + left();
  }

  private String sends() {
    if (unseen() > 0) {
      return unseen()
          + (unseen() == 1 ? " transaction waits" : " transactions wait")
          + ", and the node does not show why";
    }
    return oldest()
        .map(
            first -> waiting().size() + " waiting, the oldest is " + why().orElseThrow().sentence())
        .orElse("nothing waits");
  }

  private String left() {
    return settlementsLeft()
        .map(left ->
            "; its balance pays for " + left + (isLow() ? " settlements only" : " settlements"))
        .orElse("; the node does not say what gas costs");
  }

  /** What has to be sent for it to go on; empty while nothing has to. */
  public Optional<NextTransaction> next() {
    Optional<NextTransaction> release =
        oldest().flatMap(first -> NextTransaction.after(first, why().orElseThrow(), market));
    if (release.isPresent()) {
      return release;
    }
    if (gap().isPresent()) {
      return NextTransaction.after(
          waiting().getLast(), new PendingWait.NonceGap(gap().get()), market);
    }
    return isLow() ? price().map(this::topUp) : Optional.empty();
  }

  private NextTransaction topUp(BigInteger price) {
    BigInteger wanted = price.multiply(BigInteger.valueOf(gas.gas() * FEW));
    return new NextTransaction(
        "top it up to " + FEW + " settlements at the present price",
        Optional.empty(),
        Optional.of(account.address()),
        Optional.empty(),
        Optional.of(wanted.subtract(account.balance())),
        market.asked());
  }
}
