package dev.metaops.orders;

import dev.metaops.order.OrderState;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a word for a state might mean, by what venues usually call things. A person decides. */
final class StateGuess {
  /** The first that fits counts: {@code unpaid} is not {@code paid}. */
  private static final Map<String, OrderState> PARTS = new LinkedHashMap<>();

  static {
    put(OrderState.CREATED, "unpaid unfunded not_funded await_dep awaiting_dep awaiting_pay");
    put(OrderState.REFUNDED, "refund returned reimburs");
    put(OrderState.DISPUTED, "disput arbitrat contest");
    put(OrderState.CANCELLED, "cancel void expire reject fail abort declin");
    put(OrderState.SETTLED, "settl releas complet done finish success closed paid");
    put(OrderState.PENDING, "pend fund escrow lock held hold process progress deposit");
    put(OrderState.CREATED, "creat open new draft init wait await");
  }

  private StateGuess() {}

  private static void put(OrderState state, String parts) {
    for (String part : parts.split(" ", -1)) {
      PARTS.put(part, state);
    }
  }

  static Optional<OrderState> of(String word) {
    String plain = word.toLowerCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
    return PARTS.entrySet().stream()
        .filter(part -> plain.contains(part.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
