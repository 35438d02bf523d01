package dev.metaops.plan;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Applies a kept plan across two databases that share no transaction: our own store says who began,
 * the orders database judges and moves the rows, our own store says what came of it. Killed between
 * any two of these and run again, it ends as if it had not been killed: what the orders database
 * did it remembers by the plan's digest, and what our own store settled it settles once. Used by
 * one thread at a time; several processes may apply the same plan.
 */
public final class ThreeSteps {
  private final KeptPlanStore kept;
  private final PlanStore orders;
  private final Reading reading;
  private final Consumer<Waypoint> passed;

  /**
   * Does nothing yet.
   *
   * @param passed hears of each point between two writes
   */
  public ThreeSteps(
      KeptPlanStore kept, PlanStore orders, Reading reading, Consumer<Waypoint> passed) {
    this.kept = kept;
    this.orders = orders;
    this.reading = reading;
    this.passed = passed;
  }

  /** Reads row and contract anew. */
  public interface Reading {
    /** Whether the chain still proves what the plan rests on, and nothing else. */
    Proof proof(FrozenPlan plan, FrozenPlan.Move move) throws SQLException;

    /** What does not agree with the move; empty when both do. */
    Optional<String> disagreement(FrozenPlan.Move move) throws SQLException;
  }

  /** What the chain says of a plan that waited where others could write. */
  public sealed interface Proof {
    record Holds() implements Proof {}

    record Differs(String why) implements Proof {}

    record CannotTell(String why) implements Proof {}
  }

  /** Between two writes. */
  public enum Waypoint {
    /** Enough people stand behind it, and our own store says so. */
    SUFFICED,
    /** Our own store says that it is being applied. */
    BEGUN,
    /** The orders database has committed. */
    MOVED,
    /** Our own store knows what came of each order. */
    SETTLED,
    /** Our own store knows that row and contract agree. */
    VERIFIED
  }

  /** How an attempt ended. */
  public sealed interface Ending {
    /**
     * What came of each order is settled.
     *
     * @param unverified what does not agree with the plan after all; empty when it is verified, or
     *     nothing was moved
     */
    record Settled(PlanState state, List<Outcome> outcomes, List<String> unverified)
        implements Ending {
      public Settled {
        outcomes = List.copyOf(outcomes);
        unverified = List.copyOf(unverified);
      }
    }

    /**
     * Not done yet, to be applied again: others hold something, or the chain gave no answer.
     *
     * @param outcomes what came of each; empty when another process applies it now
     */
    record Open(String why, List<Outcome> outcomes) implements Ending {
      public Open {
        outcomes = List.copyOf(outcomes);
      }
    }

    /** Not enough people stand behind it. */
    record NotApproved(Approvals.Result result) implements Ending {}

    /** The chain does not say what the plan says; nothing was changed. */
    record Disproved(String why) implements Ending {}

    /** Nothing was changed. */
    record Refused(String why) implements Ending {}
  }

  /**
   * Applies it, or says what came of it before.
   *
   * @param environment of this command, as {@link KeptPlan} has its own
   * @param actor who applies it
   */
  public Ending apply(KeptPlan plan, String environment, People people, String actor)
      throws SQLException {
    if (!plan.environment().equals(environment)) {
      return new Ending.Refused("it was made in another environment: " + plan.environment());
    }
    return switch (plan.state()) {
      case PLANNED, APPROVED, APPLYING -> approved(plan, environment, people, actor);
      case APPLIED, VERIFIED, CLOSED, VOID -> settled(plan, actor);
      case REJECTED, EXPIRED ->
          PlanLife.next(plan.state(), PlanEvent.BEGIN) instanceof PlanLife.Step.Refused(String why)
              ? new Ending.Refused("the plan " + why)
              : new Ending.Refused("the plan is over");
    };
  }

  private Ending approved(KeptPlan plan, String environment, People people, String actor)
      throws SQLException {
    String id = plan.plan().id();
    // What was done is done, whoever may approve by now.
    if (plan.state() == PlanState.APPLYING && orders.remembers(plan.plan())) {
      return moved(plan, actor);
    }
    Instant now = kept.now();
    List<Approval> words = kept.approvals(id);
    Approvals.Result result =
        Approvals.judge(plan.plan(), environment, words, people, judgedAt(plan, now));
    return switch (result) {
      case Approvals.Result.Enough _ -> begun(plan, words.size(), actor);
      case Approvals.Result.Missing _, Approvals.Result.Ownerless _ ->
          new Ending.NotApproved(result);
      case Approvals.Result.Rejected(Approval by, var _) -> {
        kept.move(id, PlanEvent.REJECT, by.person(), "");
        yield new Ending.NotApproved(result);
      }
      case Approvals.Result.Expired _ -> {
        kept.move(id, PlanEvent.EXPIRE, actor, "");
        yield new Ending.NotApproved(result);
      }
    };
  }

  /** What was begun in time may be found out later; the orders database judges the time. */
  private static Instant judgedAt(KeptPlan plan, Instant now) {
    boolean isLate = plan.state() == PlanState.APPLYING && now.isAfter(plan.plan().expiresAt());
    return isLate ? plan.plan().expiresAt() : now;
  }

  private Ending begun(KeptPlan plan, int words, String actor) throws SQLException {
    String id = plan.plan().id();
    Optional<Ending> unproved = unproved(plan.plan());
    if (unproved.isPresent()) {
      return unproved.get();
    }
    KeptPlan ready = plan;
    if (plan.state() == PlanState.PLANNED) {
      switch (kept.move(id, PlanEvent.SUFFICE, actor, "")) {
        case KeptPlanStore.Moved.Refused(String why) -> {
          return new Ending.Open("somebody else took a step: the plan " + why, List.of());
        }
        case KeptPlanStore.Moved.To(PlanState state) ->
            ready = new KeptPlan(plan.plan(), plan.environment(), state);
      }
      passed.accept(Waypoint.SUFFICED);
    }
    if (kept.begin(ready, words, actor).isEmpty()) {
      return new Ending.Open("somebody else took a step of this plan meanwhile", List.of());
    }
    passed.accept(Waypoint.BEGUN);
    return moved(ready, actor);
  }

  /** The orders database believes what a plan's text says of the chain; here it is asked anew. */
  private Optional<Ending> unproved(FrozenPlan plan) throws SQLException {
    for (FrozenPlan.Move move : plan.moves()) {
      switch (reading.proof(plan, move)) {
        case Proof.Holds() -> {}
        case Proof.Differs(String why) -> {
          return Optional.of(new Ending.Disproved(move.orderId() + ": " + why));
        }
        case Proof.CannotTell(String why) -> {
          return Optional.of(new Ending.Open(move.orderId() + ": " + why, List.of()));
        }
      }
    }
    return Optional.empty();
  }

  private Ending moved(KeptPlan plan, String actor) throws SQLException {
    return switch (orders.applyKept(plan.plan())) {
      case PlanStore.Judgement.UnderWay() ->
          new Ending.Open("another process applies it now", List.of());
      case PlanStore.Judgement.Refused(String why) -> new Ending.Refused(why);
      case PlanStore.Judgement.Expired(String why) -> {
        kept.move(plan.plan().id(), PlanEvent.EXPIRE, actor, why);
        yield new Ending.Refused(why);
      }
      case PlanStore.Judgement.Judged(List<Outcome> outcomes) -> {
        passed.accept(Waypoint.MOVED);
        if (outcomes.stream().anyMatch(outcome -> outcome.kind() == Outcome.Kind.LOCKED)) {
          yield new Ending.Open("other sessions hold some of its orders", outcomes);
        }
        kept.settle(plan.plan().id(), outcomes, actor);
        passed.accept(Waypoint.SETTLED);
        yield settled(plan, actor);
      }
    };
  }

  private Ending settled(KeptPlan plan, String actor) throws SQLException {
    String id = plan.plan().id();
    List<Outcome> outcomes = kept.outcomes(id);
    if (outcomes.stream().noneMatch(Outcome::isThere)) {
      return new Ending.Settled(PlanState.VOID, outcomes, List.of());
    }
    boolean isKnown = plan.state() == PlanState.VERIFIED || plan.state() == PlanState.CLOSED;
    List<String> unverified = isKnown ? List.of() : disagreements(plan.plan(), outcomes);
    if (!unverified.isEmpty()) {
      return new Ending.Settled(PlanState.APPLIED, outcomes, unverified);
    }
    kept.move(id, PlanEvent.VERIFY, actor, "");
    passed.accept(Waypoint.VERIFIED);
    kept.move(id, PlanEvent.CLOSE, actor, "");
    return new Ending.Settled(PlanState.CLOSED, outcomes, List.of());
  }

  private List<String> disagreements(FrozenPlan plan, List<Outcome> outcomes) throws SQLException {
    var found = new ArrayList<String>();
    for (FrozenPlan.Move move : plan.moves()) {
      boolean isThere =
          outcomes.stream()
              .anyMatch(outcome -> outcome.isThere() && outcome.orderId().equals(move.orderId()));
      if (isThere) {
        reading.disagreement(move).ifPresent(differs -> found.add(move.orderId() + ": " + differs));
      }
    }
    return found;
  }
}
