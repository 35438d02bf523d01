package dev.metaops.escrow;

import java.util.Locale;

/** What an event of an escrow contract says happened. The names are also the ledger's. */
public enum EscrowKind {
  /** The buyer's money lies in escrow; where each order has its own contract, that it is there. */
  CREATED,
  /** Contract per order: the buyer's money lies in it. */
  DEPOSITED,
  /** Contract per order: the counterparty confirmed. */
  CONFIRMED,
  /** Contract per order: the swap was made. */
  TRADED,
  /** The seller was paid a part, or the rest; the parts that came before decide which. */
  PART_RELEASED,
  /** The seller was paid. */
  RELEASED,
  /** The buyer got the money back. */
  REFUNDED,
  /** The escrow was called off before either; the buyer got the money back. */
  CANCELLED,
  /** A party disputes; the arbiter decides. */
  DISPUTED;

  /** Whether the escrow may hold nothing any more after this. */
  public boolean endsEscrow() {
    return switch (this) {
      case CREATED, DEPOSITED, CONFIRMED, TRADED, DISPUTED -> false;
      case PART_RELEASED, RELEASED, REFUNDED, CANCELLED -> true;
    };
  }

  /** As screens call it: {@code EscrowReleased}. */
  public String title() {
    return title(name());
  }

  /** The same for the ledger's word. */
  public static String title(String name) {
    StringBuilder title = new StringBuilder("Escrow");
    for (String word : name.split("_", -1)) {
      title.append(word, 0, 1).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return title.toString();
  }
}
