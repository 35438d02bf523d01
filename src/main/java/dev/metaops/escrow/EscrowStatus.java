package dev.metaops.escrow;

import java.util.Optional;

/** What the registry contract itself says about an escrow. */
public enum EscrowStatus {
  /** The contract never heard of it. */
  NONE,
  HELD,
  DISPUTED,
  RELEASED,
  REFUNDED,
  CANCELLED;

  /** The status behind the contract's number, absent when it has no such status. */
  static Optional<EscrowStatus> of(int number) {
    return switch (number) {
      case 0 -> Optional.of(NONE);
      case 1 -> Optional.of(HELD);
      case 2 -> Optional.of(DISPUTED);
      case 3 -> Optional.of(RELEASED);
      case 4 -> Optional.of(REFUNDED);
      case 5 -> Optional.of(CANCELLED);
      default -> Optional.empty();
    };
  }
}
