package dev.metaops.canary;

import dev.metaops.order.OrderState;
import dev.metaops.order.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** How what a front end says of an order compares with the order's row. Pure. */
public sealed interface Agreement {
  /** Nobody asked for it. */
  record NotCompared() implements Agreement {}

  /**
   * They say the same.
   *
   * @param held how long the row had said so when it was asked
   */
  record Same(Duration held) implements Agreement {}

  /**
   * It says what the row said before.
   *
   * @param by for how long, at least, it had been so when it was asked
   */
  record Behind(String order, String shown, String row, Instant since, Duration by)
      implements Agreement {}

  /**
   * It says what the row does not say, and never said on the way to where it is.
   *
   * @param held how long the row had said so when it was asked: one that was just put back said
   *     before what the front end says
   */
  record Ahead(String order, String shown, String row, Duration held) implements Agreement {}

  /** Nobody could read the row. */
  record Blind(String why) implements Agreement {}

  /** There is no row, or one of the two says what means nothing. */
  record Incomparable(String why) implements Agreement {}

  /**
   * Of an answer and the row read after it.
   *
   * @param took how long before the row was read the question was asked
   * @param meaning what the front end's words mean
   */
  static Agreement of(
      String order,
      String shown,
      Duration took,
      RowSight sight,
      Function<String, Optional<OrderState>> meaning) {
    return switch (sight) {
      case RowSight.Unread(String why) -> new Blind("the row could not be read: " + why);
      case RowSight.Absent() -> new Incomparable("the orders table has no " + Spans.clipped(order));
      case RowSight.Row row -> of(order, shown, took, row, meaning.apply(shown));
    };
  }

  private static Agreement of(
      String order, String shown, Duration took, RowSight.Row row, Optional<OrderState> meant) {
    Duration held = row.held().compareTo(took) > 0 ? row.held().minus(took) : Duration.ZERO;
    if (shown.equalsIgnoreCase(row.word()) || (meant.isPresent() && meant.equals(row.known()))) {
      return new Same(held);
    }
    if (meant.isEmpty()) {
      return new Incomparable(
          "it says " + Spans.clipped(shown) + ", which is no state of an order");
    }
    if (row.known().isEmpty()) {
      return new Incomparable(
          "the row says " + row.word() + ", which is not mapped (orders.states)");
    }
    if (reachable(meant.get()).contains(row.known().get())) {
      return new Behind(order, Spans.clipped(shown), row.word(), row.since(), held);
    }
    return new Ahead(order, Spans.clipped(shown), row.word(), held);
  }

  /** Every state an order can come to from this one. */
  private static Set<OrderState> reachable(OrderState from) {
    Set<OrderState> found = EnumSet.noneOf(OrderState.class);
    Set<OrderState> open = EnumSet.copyOf(Set.of(from));
    while (!open.isEmpty()) {
      Set<OrderState> next = EnumSet.noneOf(OrderState.class);
      open.forEach(state -> next.addAll(Transition.next(state)));
      next.removeAll(found);
      found.addAll(next);
      open = next;
    }
    return found;
  }
}
