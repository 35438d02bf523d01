package dev.metaops.order;

import dev.metaops.escrow.EscrowKind;

/**
 * What the chain's events make of an order: a state, or a contradiction that only people can end.
 */
public sealed interface Folded {
  /** Before any event. */
  static Folded nothing() {
    return new Stands(OrderState.CREATED);
  }

  /** The events lead here. */
  record Stands(OrderState state) implements Folded {}

  /** The events contradict each other or the row. Nothing leads out of it. */
  record Conflict() implements Folded {}

  /** The next event in chain order, counted only if it agrees with the row. Total. */
  default Folded after(EscrowKind kind) {
    return switch (this) {
      case Conflict() -> this;
      case Stands(OrderState state) ->
          switch (state) {
            case CREATED ->
                switch (kind) {
                  case CREATED -> new Stands(OrderState.PENDING);
                  case RELEASED, REFUNDED, CANCELLED, DISPUTED -> new Conflict();
                };
            case PENDING ->
                switch (kind) {
                  case CREATED -> new Conflict();
                  case RELEASED -> new Stands(OrderState.SETTLED);
                  case REFUNDED -> new Stands(OrderState.REFUNDED);
                  case CANCELLED -> new Stands(OrderState.CANCELLED);
                  case DISPUTED -> new Stands(OrderState.DISPUTED);
                };
            case DISPUTED ->
                switch (kind) {
                  case CREATED, CANCELLED, DISPUTED -> new Conflict();
                  case RELEASED -> new Stands(OrderState.SETTLED);
                  case REFUNDED -> new Stands(OrderState.REFUNDED);
                };
            case DEPOSITED, CONFIRMED, TRADED, SETTLED, REFUNDED, CANCELLED -> new Conflict();
          };
    };
  }

  /** Reads the ledger's word. */
  static Folded parse(String text) {
    return OrderState.parse(text).<Folded>map(Stands::new).orElseGet(Conflict::new);
  }

  /** The ledger's word for it. */
  default String text() {
    return switch (this) {
      case Stands(OrderState state) -> state.name();
      case Conflict() -> "CONFLICT";
    };
  }
}
