package dev.metaops.intervention;

import dev.metaops.chain.Hash;
import dev.metaops.command.Conversation;
import dev.metaops.order.OrderState;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import dev.metaops.plan.Proposal;
import dev.metaops.reach.Fates;
import dev.metaops.reach.Judged;
import dev.metaops.time.Deadline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether an order that has no escrow may get one yet, by the transaction its row names. To cancel
 * an order whose money is on its way is how money gets lost.
 */
public final class Funding {
  private static final Verdict NEVER =
      new Verdict(
          Verdict.Code.NEVER_FUNDED, "no escrow for it yet", Optional.of(OrderState.CREATED));

  private final Conversation conversation;
  private final Optional<Long> pinned;
  private final Deadline deadline;

  public Funding(Conversation conversation, Optional<Long> pinned, Deadline deadline) {
    this.conversation = conversation;
    this.pinned = pinned;
    this.deadline = deadline;
  }

  /** By order, why it may; those that may be cancelled are not in it. */
  Map<String, String> of(List<OrderRow> rows) {
    List<Judged> unfunded =
        rows.stream()
            .filter(row -> row.transaction().isPresent())
            .map(row -> new Judged(row, NEVER))
            .toList();
    Map<String, String> why = new HashMap<>();
    for (Judged judged : new Fates(conversation, pinned, deadline).followed(unfunded)) {
      Hash transaction = judged.row().transaction().orElseThrow();
      judged
          .fate()
          .map(Funding::coming)
          .orElseGet(() ->
              Optional.of(
                  "its transaction "
                      + transaction.brief()
                      + " could not be followed (run it again)"))
          .ifPresent(reason -> why.put(judged.row().id(), reason));
    }
    return why;
  }

  /** Why the money may be on its way. Only what can never be included any more rules it out. */
  static Optional<String> coming(TransactionFate fate) {
    return switch (fate) {
      case TransactionFate.NeverSent _, TransactionFate.Dropped _, TransactionFate.Reverted _ ->
          Optional.empty();
      case TransactionFate.Replaced(var _, var _, var _, TransactionFate.Stage stage) ->
          stage == TransactionFate.Stage.IN_BLOCK ? Optional.empty() : Optional.of(fate.sentence());
      case TransactionFate.Pending _, TransactionFate.Included _ -> Optional.of(fate.sentence());
      case TransactionFate.Unknown _ -> Optional.of(fate.sentence() + " (run it again)");
    };
  }

  /** The same proposals, refused where the money may be on its way. */
  public List<Proposal> checked(List<OrderRow> rows, List<Proposal> proposals) {
    List<OrderRow> unfunded =
        IntStream.range(0, rows.size())
            .filter(at ->
                proposals.get(at) instanceof Proposal.Movable(Verdict verdict, var _)
                    && verdict.code() == Verdict.Code.NEVER_FUNDED)
            .mapToObj(rows::get)
            .toList();
    Map<String, String> funding = of(unfunded);
    return IntStream.range(0, rows.size())
        .mapToObj(at ->
            Optional.ofNullable(funding.get(rows.get(at).id()))
                .<Proposal>map(why -> new Proposal.Refused(proposals.get(at).verdict(), why))
                .orElse(proposals.get(at)))
        .toList();
  }
}
