package dev.metaops.escrow;

/** What an event of an escrow contract says happened. The names are also the ledger's. */
public enum EscrowKind {
  /** The buyer's money lies in escrow. */
  CREATED,
  /** The seller was paid. */
  RELEASED,
  /** The buyer got the money back. */
  REFUNDED,
  /** The escrow was called off before either; the buyer got the money back. */
  CANCELLED,
  /** A party disputes; the arbiter decides. */
  DISPUTED;

  /** Whether the escrow holds nothing any more after this. */
  public boolean endsEscrow() {
    return switch (this) {
      case CREATED, DISPUTED -> false;
      case RELEASED, REFUNDED, CANCELLED -> true;
    };
  }
}
