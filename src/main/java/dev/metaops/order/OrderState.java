package dev.metaops.order;

import java.util.Arrays;
import java.util.Optional;

/** Where an order stands. The order of the constants is the order on the screens. */
public enum OrderState {
  /** Agreed between two parties; no money is in escrow. */
  CREATED,
  /** The buyer's money is in escrow. */
  PENDING,
  /** Trade-instance: the deposit is in the order's own contract. */
  DEPOSITED,
  /** Trade-instance: the counterparty confirmed. */
  CONFIRMED,
  /** Trade-instance: the swap was made. */
  TRADED,
  /** A party disputes; the arbiter decides. */
  DISPUTED,
  /** The seller was paid. Final. */
  SETTLED,
  /** The buyer got the money back. Final. */
  REFUNDED,
  /** Called off. Final. */
  CANCELLED;

  /** Whether nothing leaves this state. */
  public boolean isFinal() {
    return switch (this) {
      case CREATED, PENDING, DEPOSITED, CONFIRMED, TRADED, DISPUTED -> false;
      case SETTLED, REFUNDED, CANCELLED -> true;
    };
  }

  /** The state of this exact name, empty for any other word. */
  public static Optional<OrderState> parse(String name) {
    return Arrays.stream(values()).filter(state -> state.name().equals(name)).findFirst();
  }
}
