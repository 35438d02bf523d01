package dev.metaops.command;

import dev.metaops.order.ChainView;
import dev.metaops.order.Judge;
import dev.metaops.order.Verdict;
import dev.metaops.orders.OrderRow;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** An order's row with its verdict. */
record Judged(OrderRow row, Verdict verdict) {
  /** By what the ledger says of it. */
  static Judged byLedger(OrderRow row, Instant now) {
    return by(row, seenByLedger(row), now);
  }

  /** What the ledger has of its escrow. */
  static ChainView.Seen seenByLedger(OrderRow row) {
    return new ChainView.Seen(
        row.ledger().settled(),
        row.ledger().included(),
        row.ledger().deadline(),
        Optional.empty(),
        row.ledger().lostEvents());
  }

  static Judged by(OrderRow row, ChainView view, Instant now) {
    ChainView seen =
        row.doubts().isEmpty()
            ? view
            : new ChainView.NotSeen("its row cannot be read: " + String.join("; ", row.doubts()));
    return new Judged(row, Judge.judge(row.view(), seen, now));
  }

  Ink ink() {
    return switch (verdict.code()) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED -> Ink.BAD;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED, UNKNOWN -> Ink.WARNING;
      case NOT_FINAL, WAITING, CONSISTENT -> Ink.PLAIN;
    };
  }

  /** SPEC §4: the exit code of {@code order verify}. */
  ExitCode exit() {
    return switch (verdict.code()) {
      case CONSISTENT, WAITING, NOT_FINAL -> ExitCode.FINE;
      case ROW_BEHIND, TX_TROUBLE, NEVER_FUNDED -> ExitCode.WARNING;
      case ROW_FALSE, ORPHANED, CONFLICT, NO_ROW -> ExitCode.CRITICAL;
      case UNKNOWN -> ExitCode.COULD_NOT;
    };
  }

  Duration age(Instant now) {
    return Duration.between(row.stateSince(), now);
  }

  void drawJson(ObjectNode into) {
    into.put("order", row.id())
        .put("state", row.state())
        .put("state_since", row.stateSince().toString())
        .put("verdict", verdict.code().name())
        .put("why", verdict.sentence())
        .put("action", verdict.code().action());
    row.terms().amount().ifPresent(units -> into.put("amount", units.toString()));
    row.terms().token().ifPresent(token -> into.put("token", token.text()));
    verdict.proved().ifPresent(state -> into.put("proved", state.name()));
  }
}
