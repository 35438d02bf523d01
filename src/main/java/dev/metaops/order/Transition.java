package dev.metaops.order;

import static dev.metaops.order.OrderState.CANCELLED;
import static dev.metaops.order.OrderState.CONFIRMED;
import static dev.metaops.order.OrderState.CREATED;
import static dev.metaops.order.OrderState.DEPOSITED;
import static dev.metaops.order.OrderState.DISPUTED;
import static dev.metaops.order.OrderState.PENDING;
import static dev.metaops.order.OrderState.REFUNDED;
import static dev.metaops.order.OrderState.SETTLED;
import static dev.metaops.order.OrderState.TRADED;

import java.util.EnumSet;
import java.util.Set;

/**
 * Whether an order may go from one state to another: every state crossed with every state. The
 * database's table {@code metaops.order_step} holds the same steps; {@code TransitionTableTest}
 * compares them.
 */
public sealed interface Transition {
  /** The step is in the table, and the chain has to have made it. */
  record GrantedByChain() implements Transition {}

  /** The step is in the table, and people may make it while the chain holds no escrow. */
  record GrantedToAnyone() implements Transition {}

  /** The step is not in the table. */
  record Refused(String rule) implements Transition {}

  static Transition between(OrderState from, OrderState to) {
    if (from == to) {
      return new Refused("same-state: " + from + " is where it already stands");
    }
    if (from.isFinal()) {
      return new Refused("final-state: nothing leaves " + from);
    }
    if (from == CREATED && to == CANCELLED) {
      return new GrantedToAnyone();
    }
    if (next(from).contains(to)) {
      return new GrantedByChain();
    }
    return new Refused("no-step: " + from + " goes to " + next(from) + " only");
  }

  /** The states one step away. */
  static Set<OrderState> next(OrderState from) {
    return switch (from) {
      case CREATED -> EnumSet.of(PENDING, CANCELLED);
      case PENDING -> EnumSet.of(DEPOSITED, SETTLED, REFUNDED, CANCELLED, DISPUTED);
      case DEPOSITED -> EnumSet.of(CONFIRMED, REFUNDED);
      case CONFIRMED -> EnumSet.of(TRADED, SETTLED);
      case TRADED -> EnumSet.of(SETTLED);
      case DISPUTED -> EnumSet.of(SETTLED, REFUNDED);
      case SETTLED, REFUNDED, CANCELLED -> EnumSet.noneOf(OrderState.class);
    };
  }
}
