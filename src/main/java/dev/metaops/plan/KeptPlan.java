package dev.metaops.plan;

import java.time.Instant;

/**
 * A plan in our own store.
 *
 * @param environment the one it was made in
 * @param state as it is stored; see {@link #stateAt}
 */
public record KeptPlan(FrozenPlan plan, String environment, PlanState state) {
  /** Nobody need have looked at a plan for its time to be over. */
  public PlanState stateAt(Instant now) {
    return switch (state) {
      case PLANNED, APPROVED -> now.isAfter(plan.expiresAt()) ? PlanState.EXPIRED : state;
      case APPLYING, APPLIED, VERIFIED, CLOSED, REJECTED, EXPIRED, VOID -> state;
    };
  }

  /** One step of its life, as it was written down. */
  public record Turn(Instant at, String event, String from, String to, String actor, String why) {}
}
