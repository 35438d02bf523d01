package dev.metaops.order;

import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

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
          next(state, kind).<Folded>map(Stands::new).orElseGet(Conflict::new);
    };
  }

  private static Optional<OrderState> next(OrderState state, EscrowKind kind) {
    return switch (state) {
      case CREATED ->
          switch (kind) {
            case CREATED -> Optional.of(OrderState.PENDING);
            case DEPOSITED -> Optional.of(OrderState.DEPOSITED);
            case CONFIRMED, TRADED, PART_RELEASED, RELEASED, REFUNDED, CANCELLED, DISPUTED ->
                Optional.empty();
          };
      case PENDING ->
          switch (kind) {
            case DEPOSITED -> Optional.of(OrderState.DEPOSITED);
            case PART_RELEASED -> Optional.of(state);
            case RELEASED -> Optional.of(OrderState.SETTLED);
            case REFUNDED -> Optional.of(OrderState.REFUNDED);
            case CANCELLED -> Optional.of(OrderState.CANCELLED);
            case DISPUTED -> Optional.of(OrderState.DISPUTED);
            case CREATED, CONFIRMED, TRADED -> Optional.empty();
          };
      case DEPOSITED ->
          switch (kind) {
            case CONFIRMED -> Optional.of(OrderState.CONFIRMED);
            case REFUNDED -> Optional.of(OrderState.REFUNDED);
            case CREATED, DEPOSITED, TRADED, PART_RELEASED, RELEASED, CANCELLED, DISPUTED ->
                Optional.empty();
          };
      case CONFIRMED ->
          switch (kind) {
            case TRADED -> Optional.of(OrderState.TRADED);
            case PART_RELEASED -> Optional.of(state);
            case RELEASED -> Optional.of(OrderState.SETTLED);
            case CREATED, DEPOSITED, CONFIRMED, REFUNDED, CANCELLED, DISPUTED -> Optional.empty();
          };
      case TRADED ->
          switch (kind) {
            case PART_RELEASED -> Optional.of(state);
            case RELEASED -> Optional.of(OrderState.SETTLED);
            case CREATED, DEPOSITED, CONFIRMED, TRADED, REFUNDED, CANCELLED, DISPUTED ->
                Optional.empty();
          };
      case DISPUTED ->
          switch (kind) {
            case PART_RELEASED -> Optional.of(state);
            case RELEASED -> Optional.of(OrderState.SETTLED);
            case REFUNDED -> Optional.of(OrderState.REFUNDED);
            case CREATED, DEPOSITED, CONFIRMED, TRADED, CANCELLED, DISPUTED -> Optional.empty();
          };
      case SETTLED, REFUNDED, CANCELLED -> Optional.empty();
    };
  }

  /**
   * What these events, in chain order, make of the order with these terms. Parts that were paid
   * count as the release once they are the whole amount; more than that is a contradiction. SQL's
   * {@code metaops.word} says the same of one event.
   */
  static Folded of(OrderTerms terms, List<EscrowEvent> events) {
    return events.stream().allMatch(event -> terms.with(event) == OrderTerms.Agreement.AGREES)
        ? ofKinds(terms.amount(), events)
        : new Conflict();
  }

  /** The same, whoever's terms the events carry. */
  static Folded ofKinds(Optional<BigInteger> amount, List<EscrowEvent> events) {
    Folded folded = nothing();
    BigInteger paid = BigInteger.ZERO;
    for (EscrowEvent event : events) {
      if (event.kind() == EscrowKind.PART_RELEASED) {
        paid = paid.add(event.amount().orElse(BigInteger.ZERO));
      }
      folded = word(event.kind(), paid, amount).map(folded::after).orElseGet(Conflict::new);
    }
    return folded;
  }

  private static Optional<EscrowKind> word(
      EscrowKind kind, BigInteger paid, Optional<BigInteger> amount) {
    if (kind != EscrowKind.PART_RELEASED || amount.isEmpty()) {
      return Optional.of(kind);
    }
    int missing = amount.get().compareTo(paid);
    return missing < 0
        ? Optional.empty()
        : Optional.of(missing == 0 ? EscrowKind.RELEASED : EscrowKind.PART_RELEASED);
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
