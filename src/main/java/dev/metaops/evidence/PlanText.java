package dev.metaops.evidence;

import dev.metaops.plan.FrozenPlan;
import java.util.Optional;

/** What a plan's text says, as far as records are compared with it. */
record PlanText(FrozenPlan plan) {
  /** Empty when it is no plan. */
  static Optional<PlanText> read(String text) {
    return FrozenPlan.read(text).map(PlanText::new);
  }

  String actor() {
    return plan.actor();
  }

  /** How many people beside whoever planned it have to stand behind it. */
  int others() {
    return plan.planClass().others();
  }

  boolean moves(String order, String from, String to) {
    return plan.moves().stream()
        .anyMatch(move ->
            move.orderId().equals(order) && move.from().equals(from) && move.to().equals(to));
  }
}
