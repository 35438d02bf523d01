package dev.metaops.events;

import dev.metaops.order.ChainView;
import dev.metaops.orders.OrderRow;
import dev.metaops.reach.Judged;
import dev.metaops.time.Ages;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * An open order whose row does not say what its contract says.
 *
 * @param word whether the ledger knows what the contract says
 */
record Difference(Judged judged, LedgerWord word) {
  /** What the ledger beside the rows knows of it. */
  enum LedgerWord {
    /** It has the events: the row could not be moved, or somebody changed it. */
    KNOWS,
    /** It has read past the block at which the contract was asked, and has no such event. */
    MISSED,
    /** It has an event of the escrow that it cannot read. */
    HELD,
    /** It has not read that far. */
    NOT_THERE_YET,
    /** There is none, or it says nothing of this order. */
    NONE;

    String text() {
      return switch (this) {
        case KNOWS -> "the ledger knows it";
        case MISSED -> "the ledger has read that far and DOES NOT KNOW IT: an event was missed";
        case HELD -> "the ledger holds an event of it that it cannot read";
        case NOT_THERE_YET -> "the ledger has not read that far";
        case NONE -> "no ledger speaks of it";
      };
    }

    /** For programs. */
    String code() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  OrderRow row() {
    return judged.row();
  }

  String id() {
    return row().id();
  }

  /**
   * Pure.
   *
   * @param row as it was read again, with the ledger's word on it, once the ledger had read up to
   *     where the contract was asked first
   * @param first what the contract said then
   * @param again what it said after the row was read again
   */
  static LedgerWord word(OrderRow row, ChainView.Seen first, ChainView.Seen again) {
    if (!row.doubts().isEmpty()) {
      return LedgerWord.NONE;
    }
    if (row.ledger().heldBy().isPresent()) {
      return LedgerWord.HELD;
    }
    boolean knows =
        row.ledger().included().equals(first.included())
            || row.ledger().included().equals(again.included());
    return knows ? LedgerWord.KNOWS : LedgerWord.MISSED;
  }

  /** The word and the sentence in one line. */
  String line(Instant now) {
    return id()
        + " ("
        + judged.verdict().code()
        + " for "
        + Ages.of(judged.age(now))
        + "): "
        + judged.verdict().sentence()
        + "; "
        + word.text();
  }

  Optional<String> proved() {
    return judged.verdict().proved().map(Enum::name);
  }

  void drawJson(ObjectNode into) {
    judged.drawJson(into);
    into.put("ledger", word.code());
  }
}
