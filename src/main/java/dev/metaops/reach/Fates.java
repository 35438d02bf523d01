package dev.metaops.reach;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.command.Conversation;
import dev.metaops.config.EscrowSection;
import dev.metaops.escrow.EscrowView;
import dev.metaops.order.Gate;
import dev.metaops.order.OrderState;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.TransactionSigns;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.reconcile.TransactionLook;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of the rows' own transactions, for the orders whose verdict may hang on it: those
 * that wait, were never funded, or claim an ending the chain does not show. Asks the chain once for
 * all of them, and changes nothing where it gives no answer.
 */
public final class Fates {
  /** How many transactions are followed at most, in the order given. */
  private static final int MOST = 500;

  private final Conversation conversation;
  private final Optional<Long> pinned;
  private final Deadline deadline;

  /**
   * @param pinned the chain the ledger follows, when there is a ledger
   */
  public Fates(Conversation conversation, Optional<Long> pinned, Deadline deadline) {
    this.conversation = conversation;
    this.pinned = pinned;
    this.deadline = deadline;
  }

  public Judged followed(Judged order) {
    return followed(List.of(order)).getFirst();
  }

  /** The same orders, in the same order. */
  public List<Judged> followed(List<Judged> orders) {
    List<TransactionLook.Wanted> wanted =
        orders.stream()
            .filter(Fates::mayHang)
            .flatMap(order -> wanted(order.row()).stream())
            .distinct()
            .limit(MOST)
            .toList();
    Map<Hash, TransactionFate> fates = wanted.isEmpty() ? Map.of() : fates(wanted);
    Optional<TransactionFate> unsent =
        orders.stream().anyMatch(Fates::waitsUnsent) ? ofUnsent() : Optional.empty();
    List<Judged> judged = new ArrayList<>();
    for (Judged order : orders) {
      Optional<TransactionFate> fate =
          waitsUnsent(order)
              ? unsent
              : mayHang(order) ? order.row().transaction().map(fates::get) : Optional.empty();
      judged.add(fate.map(order::with).orElse(order));
    }
    return judged;
  }

  private Map<Hash, TransactionFate> fates(List<TransactionLook.Wanted> wanted) {
    return Reach.transactions(conversation.settings(), pinned, conversation.ticker())
        .filter(_ -> !deadline.hasPassed())
        .map(look -> look.follow(wanted, deadline))
        .orElse(Map.of());
  }

  /** What the ledger holds an event of was included, and nobody needs to ask. */
  private static Optional<TransactionLook.Wanted> wanted(OrderRow row) {
    return row.transaction()
        .filter(hash ->
            row.ledger().event().filter(event -> event.transaction().equals(hash)).isEmpty())
        .map(hash ->
            new TransactionLook.Wanted(
                hash, row.sent().map(sent -> new SenderNonce(sent.sender(), sent.nonce()))));
  }

  private static boolean mayHang(Judged order) {
    return switch (order.verdict().code()) {
      case WAITING, NEVER_FUNDED -> true;
      case CONFLICT -> order.verdict().proved().filter(OrderState.CREATED::equals).isPresent();
      case ROW_FALSE, NO_ROW, ORPHANED, ROW_BEHIND, TX_TROUBLE, UNKNOWN, NOT_FINAL, CONSISTENT ->
          false;
    };
  }

  /** Waits for an escrow, and names no transaction that would make one. */
  private static boolean waitsUnsent(Judged order) {
    return order.verdict().code() == Verdict.Code.WAITING
        && order.row().transaction().isEmpty()
        && order.verdict().proved().filter(OrderState.CREATED::equals).isPresent();
  }

  /** A paused registry refuses new escrows: who waits for one waits in vain. */
  private Optional<TransactionFate> ofUnsent() {
    EscrowSection escrow = conversation.settings().escrow();
    Optional<Provider> provider = Reach.provider(conversation.settings(), conversation.ticker());
    if (escrow.profile() != EscrowSection.Profile.REGISTRY
        || escrow.address().isEmpty()
        || provider.isEmpty()
        || deadline.hasPassed()) {
      return Optional.empty();
    }
    Address contract = new Address(escrow.address().get());
    try {
      byte[] answer = provider.get().call(contract, EscrowView.paused(), At.Tag.LATEST, deadline);
      return EscrowView.readPaused(answer)
          .filter(isPaused -> isPaused)
          .map(_ -> TransactionFate.of(new TransactionSigns.NoHash(Gate.PAUSED)));
    } catch (RpcUnavailable silent) {
      return Optional.empty(); // the orders themselves could be judged; this only adds to it
    }
  }
}
