package dev.metaops.orderdesk;

import dev.metaops.chain.Address;
import dev.metaops.escrow.RefundCall;
import dev.metaops.order.OrderState;
import dev.metaops.order.Refund;
import dev.metaops.orders.OrderRow;
import dev.metaops.page.Clock;
import dev.metaops.reconcile.Rehearsal.Rehearsed;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An order whose money may be paid back by now.
 *
 * @param call what has to be sent; empty where only the contract's own ABI knows
 * @param ways who may send it, each as it was tried
 */
record PaidBack(OrderRow row, Refund.Due due, Optional<RefundCall> call, List<Way> ways) {
  PaidBack {
    ways = List.copyOf(ways);
  }

  /** Who may pay back. */
  enum Who {
    BUYER,
    SELLER,
    ARBITER;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** One who may, when it is known who that is, and what the contract says to it. */
  record Way(Who who, Optional<Address> address, Rehearsed tried) {
    private String text() {
      return "the "
          + who.word()
          + address.map(known -> " " + known.brief()).orElse("")
          + switch (tried) {
            case Rehearsed.GoesThrough() -> "";
            case Rehearsed.Reverts(String reason) -> " (tried: reverts, " + reason + ")";
            case Rehearsed.Untold(String why) -> " (not tried: " + why + ")";
          };
    }
  }

  /** Whether it is for the arbiter to say who gets the money. */
  boolean isDisputed() {
    return due.state() == OrderState.DISPUTED;
  }

  Optional<Way> arbiter() {
    return ways.stream().filter(way -> way.who() == Who.ARBITER).findFirst();
  }

  /** Why it is no call of this arbiter's batch; empty when it is one. */
  Optional<String> leftOut(Address arbiter) {
    if (isDisputed()) {
      return Optional.of("disputed: the arbiter decides it alone, refund or release");
    }
    if (call.isEmpty() || arbiter().isEmpty()) {
      return Optional.of("what pays it back, and who may, only its contract's own ABI says");
    }
    Way way = arbiter().get();
    if (way.address().isEmpty()) {
      return Optional.of("its contract names no arbiter; " + others());
    }
    if (!way.address().get().equals(arbiter)) {
      return Optional.of("its arbiter is " + way.address().get());
    }
    return switch (way.tried()) {
      case Rehearsed.GoesThrough() -> Optional.empty();
      case Rehearsed.Reverts(String reason) ->
          Optional.of("the arbiter's call would revert, " + reason + "; " + others());
      case Rehearsed.Untold(String why) -> Optional.of("not tried: " + why);
    };
  }

  private String others() {
    String others =
        ways.stream()
            .filter(way -> way.who() != Who.ARBITER)
            .filter(way -> way.tried() instanceof Rehearsed.GoesThrough)
            .map(Way::text)
            .collect(Collectors.joining(" or "));
    return others.isEmpty() ? "nobody else may" : others + " may";
  }

  /** {@code the buyer 0x…, the arbiter 0x…: refund(bytes32)}. */
  String whoMay() {
    if (call.isEmpty()) {
      return "as its contract's own ABI says";
    }
    String may = ways.stream().map(Way::text).collect(Collectors.joining(", "));
    return isDisputed()
        ? "only " + may + ", who decides it: " + call.get().function() + " or release"
        : may + ": " + call.get().function();
  }

  String since(Instant now) {
    String since = Clock.since(due.since(), now);
    return switch (due.ground()) {
      case DEADLINE -> since;
      case NO_DEADLINE -> "no deadline; " + due.state() + " since " + since;
    };
  }

  void drawJson(ObjectNode into) {
    into.put("order", row.id())
        .put("state", row.state())
        .put("chain_state", due.state().name())
        .put("since", due.since().toString())
        .put("ground", due.ground().name());
    row.terms().amount().ifPresent(units -> into.put("amount", units.toString()));
    row.terms().token().ifPresent(token -> into.put("token", token.text()));
    call.ifPresent(sent ->
        into.put("to", sent.to().text())
            .put("value", "0")
            .put("data", sent.data())
            .put("function", sent.function()));
    ArrayNode may = into.putArray("may_call");
    for (Way way : ways) {
      ObjectNode one = may.addObject().put("who", way.who().word());
      way.address().ifPresent(address -> one.put("from", address.text()));
      switch (way.tried()) {
        case Rehearsed.GoesThrough() -> one.put("tried", "goes-through");
        case Rehearsed.Reverts(String reason) -> one.put("tried", "reverts").put("why", reason);
        case Rehearsed.Untold(String why) -> one.put("tried", "unknown").put("why", why);
      }
    }
  }
}
