package dev.metaops.plan;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

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
  private final IntConsumer progress;

  /**
   * Does nothing yet.
   *
   * @param passed hears of each point between two writes
   * @param progress hears of how many orders it is known what came of them, on the way
   */
  public ThreeSteps(
      KeptPlanStore kept,
      PlanStore orders,
      Reading reading,
      Consumer<Waypoint> passed,
      IntConsumer progress) {
    this.kept = kept;
    this.orders = orders;
    this.reading = reading;
    this.passed = passed;
    this.progress = progress;
  }

  /** Reads rows and contract anew, of many orders at once. */
  public interface Reading {
    /** By order, all of them: whether the chain still proves what each rests on, and only that. */
    Map<String, Proof> proofs(FrozenPlan plan, List<FrozenPlan.Move> moves) throws SQLException;

    /** By order: what does not agree with its move; where all does it is left out. */
    Map<String, String> disagreements(List<FrozenPlan.Move> moves) throws SQLException;
  }

  /** What the chain says of an order of a plan that waited where others could write. */
  public sealed interface Proof {
    /**
     * Proved.
     *
     * @param alone where one provider's word was taken: whose, and who accepts that
     */
    record Holds(Optional<String> alone) implements Proof {
      /** By as many as have to say so. */
      public Holds() {
        this(Optional.empty());
      }
    }

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
      return moved(plan, Standing.of(plan.plan()), Proved.REMEMBERED, actor);
    }
    Instant now = kept.now();
    List<Approval> words = kept.approvals(id);
    Approvals.Result result =
        Approvals.judge(plan.plan(), environment, words, people, judgedAt(plan, now));
    return switch (result) {
      case Approvals.Result.Enough(Approvals.Footing footing, List<Approval> counted, var _) ->
          begun(plan, new Standing(footing, plan.plan().actor(), counted), words.size(), actor);
      case Approvals.Result.Missing _, Approvals.Result.Ownerless _, Approvals.Result.Early _ ->
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

  private Ending begun(KeptPlan plan, Standing standing, int words, String actor)
      throws SQLException {
    String id = plan.plan().id();
    Proved proved = proved(plan.plan());
    if (proved.holding().isEmpty() && !proved.unanswered().isEmpty()) {
      return new Ending.Open(proved.silence(), List.of());
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
    if (kept.begin(ready, words, actor, standing.footing().name()).isEmpty()) {
      return new Ending.Open("somebody else took a step of this plan meanwhile", List.of());
    }
    passed.accept(Waypoint.BEGUN);
    return moved(ready, standing.on(proved.alone()), proved, actor);
  }

  /**
   * What the chain says now of the orders that were not moved yet.
   *
   * @param holding may be moved
   * @param voided rest on what is no longer so
   * @param unanswered by order, why nobody could tell
   * @param alone where one provider's word was taken, for any of these orders: each such word,
   *     joined by "; "
   */
  private record Proved(
      List<String> holding,
      List<Outcome> voided,
      Map<String, String> unanswered,
      Optional<String> alone) {
    static final Proved REMEMBERED = new Proved(List.of(), List.of(), Map.of(), Optional.empty());

    String silence() {
      int more = unanswered.size() - 1;
      return unanswered.entrySet().stream()
          .findFirst()
          .map(entry -> entry.getKey() + ": " + entry.getValue())
          .map(first -> more == 0 ? first : first + " (and " + more + " more orders)")
          .orElse("");
    }
  }

  /** The orders database believes what a plan's text says of the chain; here it is asked anew. */
  private Proved proved(FrozenPlan plan) throws SQLException {
    Map<String, Outcome> done = orders.remembered(plan);
    List<FrozenPlan.Move> open =
        plan.moves().stream().filter(move -> !done.containsKey(move.orderId())).toList();
    var holding = new ArrayList<String>();
    var voided = new ArrayList<Outcome>();
    var unanswered = new LinkedHashMap<String, String>();
    Map<String, Proof> proofs = reading.proofs(plan, open);
    proofs.forEach((id, proof) -> {
      switch (proof) {
        case Proof.Holds _ -> holding.add(id);
        case Proof.Differs(String why) -> voided.add(new Outcome(id, Outcome.Kind.VOID, why));
        case Proof.CannotTell(String why) -> unanswered.put(id, why);
      }
    });
    return new Proved(holding, voided, unanswered, alone(proofs.values()));
  }

  /** Every one provider's word that was taken, once, in alphabetical order. */
  static Optional<String> alone(Collection<Proof> proofs) {
    var words = new TreeSet<String>();
    for (Proof proof : proofs) {
      if (proof instanceof Proof.Holds(Optional<String> word)) {
        word.ifPresent(words::add);
      }
    }
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", words));
  }

  private Ending moved(KeptPlan plan, Standing standing, Proved proved, String actor)
      throws SQLException {
    return switch (orders.applyKept(
        plan.plan(), standing, proved.holding(), proved.voided(), actor, progress)) {
      case PlanStore.Judgement.UnderWay() ->
          new Ending.Open("another process applies it now", List.of());
      case PlanStore.Judgement.Refused(String why) -> new Ending.Refused(why);
      case PlanStore.Judgement.Partly(List<Outcome> outcomes, String why) ->
          new Ending.Open(why, outcomes);
      case PlanStore.Judgement.Expired(String why) -> {
        kept.move(plan.plan().id(), PlanEvent.EXPIRE, actor, why);
        yield new Ending.Refused(why);
      }
      case PlanStore.Judgement.Judged(List<Outcome> outcomes) -> {
        passed.accept(Waypoint.MOVED);
        if (outcomes.stream().anyMatch(outcome -> outcome.kind() == Outcome.Kind.LOCKED)) {
          yield new Ending.Open("other sessions hold some of its orders", outcomes);
        }
        if (outcomes.size() < plan.plan().moves().size()) {
          yield new Ending.Open(proved.silence(), outcomes);
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
    Set<String> there =
        outcomes.stream()
            .filter(Outcome::isThere)
            .map(Outcome::orderId)
            .collect(Collectors.toSet());
    return reading
        .disagreements(
            plan.moves().stream().filter(move -> there.contains(move.orderId())).toList())
        .entrySet()
        .stream()
        .map(entry -> entry.getKey() + ": " + entry.getValue())
        .toList();
  }
}
