package dev.metaops.events;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.page.Ink;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of {@code events recent}: what the chain or the ledger says happened, beside the row.
 *
 * @param at the block's time, where it was asked for
 * @param order the row's id, else the id the event names, else the escrow key in brief
 * @param row the row's state; empty without a row
 * @param why in a phrase; empty when the code says all
 */
record Compared(
    BlockRef block,
    int index,
    Optional<Instant> at,
    String event,
    Optional<Hash> transaction,
    String order,
    String finality,
    Optional<String> row,
    Code code,
    String why) {

  /** How event and row stand to each other. */
  enum Code {
    /** The row is where the event puts it, or beyond. */
    MATCHED,
    /** An ending that is not final yet, and a row that waits for that. */
    NOT_FINAL,
    /** The row is not there yet. */
    ROW_BEHIND,
    /** The row claims an ending, and the escrow's last event is none. */
    ROW_FALSE,
    /** The ledger passed this block and does not hold the event. */
    MISSED,
    /** No order has this escrow key. */
    NO_ROW,
    /** The row ended otherwise, or the event's terms are not the row's. */
    CONFLICT,
    /** The ledger or a row rests on a block the chain does not have. */
    PHANTOM,
    /** The ledger holds it in a block the node has, and the node does not show it. */
    NOT_SHOWN,
    /** The row says nothing that can be compared. */
    UNKNOWN,
    /** Looks like an event of an escrow and cannot be read. */
    UNREADABLE,
    /** An event of the contract that means nothing for orders. */
    UNMAPPED,
    /** Not compared with rows. */
    LISTED;

    /** Whether somebody should look. */
    boolean isDifference() {
      return switch (this) {
        case MATCHED, NOT_FINAL, UNMAPPED, LISTED -> false;
        case ROW_BEHIND,
            ROW_FALSE,
            MISSED,
            NO_ROW,
            CONFLICT,
            PHANTOM,
            NOT_SHOWN,
            UNKNOWN,
            UNREADABLE ->
            true;
      };
    }

    Ink ink() {
      return switch (this) {
        case MATCHED -> Ink.GOOD;
        case NOT_FINAL, UNMAPPED, LISTED -> Ink.PLAIN;
        case ROW_BEHIND, NO_ROW, UNKNOWN, UNREADABLE -> Ink.WARNING;
        case MISSED, ROW_FALSE, CONFLICT, PHANTOM, NOT_SHOWN -> Ink.BAD;
      };
    }

    /** {@code row behind}. */
    String words() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  Compared at(Instant time) {
    return new Compared(
        block, index, Optional.of(time), event, transaction, order, finality, row, code, why);
  }
}
