package dev.metaops.order;

import java.util.Optional;

/**
 * What comparing a row with the chain found.
 *
 * @param sentence why, for a person; ends without a full stop
 * @param proved the state final chain evidence leads to, empty when it leads to none
 */
public record Verdict(Code code, String sentence, Optional<OrderState> proved) {

  /** SPEC §3's table. The order of the constants is the order of urgency on the screens. */
  public enum Code {
    /** The row says paid, the money is still in escrow. */
    ROW_FALSE,
    /** Row and chain say different endings, or the chain's events contradict the row's terms. */
    CONFLICT,
    /** Escrow on chain, no order. */
    NO_ROW,
    /** The row rests on a block that is gone. */
    ORPHANED,
    /** The chain moved on, the row does not know. */
    ROW_BEHIND,
    /** Row and chain agree, and the transaction that is to move them both on does not get there. */
    TX_TROUBLE,
    /** No escrow for it, and the funding window is over. */
    NEVER_FUNDED,
    /** Could not look. */
    UNKNOWN,
    /** Right, and final in a while. */
    NOT_FINAL,
    /** The chain waits for somebody. */
    WAITING,
    /** Row and chain agree, and nothing is left to come. */
    CONSISTENT;

    /** The legal action, as a phrase. */
    public String action() {
      return switch (this) {
        case ROW_FALSE -> "put back with proof (two people); stop payouts";
        case CONFLICT -> "to what the chain says (two people)";
        case NO_ROW -> "restore or create the row from chain data (two people)";
        case ORPHANED -> "re-fold: the listener does it";
        case ROW_BEHIND -> "resync (one person, or the listener)";
        case TX_TROUBLE -> "print the next transaction";
        case NEVER_FUNDED -> "cancel (one person)";
        case UNKNOWN -> "fix that first";
        case NOT_FINAL -> "wait";
        case WAITING -> "tell whom it waits for";
        case CONSISTENT -> "none";
      };
    }
  }
}
