package dev.metaops.plan;

/**
 * The life of a plan: total and pure. What happened already may be told again, so that whoever
 * takes up an attempt that was cut short need not know how far it came.
 */
public final class PlanLife {
  private PlanLife() {}

  /** Where an event leads. */
  public sealed interface Step {
    record To(PlanState state) implements Step {}

    /** One phrase that goes on "the plan". */
    record Refused(String why) implements Step {}
  }

  public static Step next(PlanState state, PlanEvent event) {
    return switch (state) {
      case PLANNED -> planned(event);
      case APPROVED -> approved(event);
      case APPLYING -> applying(event);
      case APPLIED -> applied(event);
      case VERIFIED -> verified(event);
      case CLOSED -> closed(event);
      case REJECTED -> rejected(event);
      case EXPIRED -> expired(event);
      case VOID -> missed(event);
    };
  }

  private static Step planned(PlanEvent event) {
    return switch (event) {
      case SUFFICE -> new Step.To(PlanState.APPROVED);
      case REJECT -> new Step.To(PlanState.REJECTED);
      case EXPIRE -> new Step.To(PlanState.EXPIRED);
      case BEGIN -> new Step.Refused("waits for people to approve it");
      case LAND, MISS, VERIFY, CLOSE -> new Step.Refused("was never applied");
    };
  }

  private static Step approved(PlanEvent event) {
    return switch (event) {
      case SUFFICE -> new Step.To(PlanState.APPROVED);
      case REJECT -> new Step.To(PlanState.REJECTED);
      case BEGIN -> new Step.To(PlanState.APPLYING);
      case EXPIRE -> new Step.To(PlanState.EXPIRED);
      case LAND, MISS, VERIFY, CLOSE -> new Step.Refused("was never applied");
    };
  }

  private static Step applying(PlanEvent event) {
    return switch (event) {
      case BEGIN -> new Step.To(PlanState.APPLYING);
      case LAND -> new Step.To(PlanState.APPLIED);
      case MISS -> new Step.To(PlanState.VOID);
      case EXPIRE -> new Step.To(PlanState.EXPIRED);
      case SUFFICE -> new Step.Refused("is being applied");
      case REJECT -> new Step.Refused("is being applied: it cannot be stopped any more");
      case VERIFY, CLOSE -> new Step.Refused("is being applied: nobody knows yet what came of it");
    };
  }

  private static Step applied(PlanEvent event) {
    return switch (event) {
      case LAND -> new Step.To(PlanState.APPLIED);
      case VERIFY -> new Step.To(PlanState.VERIFIED);
      case SUFFICE, REJECT, BEGIN, MISS, CLOSE, EXPIRE ->
          new Step.Refused("is applied and waits to be verified");
    };
  }

  private static Step verified(PlanEvent event) {
    return switch (event) {
      case LAND, VERIFY -> new Step.To(PlanState.VERIFIED);
      case CLOSE -> new Step.To(PlanState.CLOSED);
      case SUFFICE, REJECT, BEGIN, MISS, EXPIRE -> new Step.Refused("is applied and verified");
    };
  }

  private static Step closed(PlanEvent event) {
    return switch (event) {
      case LAND, VERIFY, CLOSE -> new Step.To(PlanState.CLOSED);
      case SUFFICE, REJECT, BEGIN, MISS, EXPIRE -> new Step.Refused("is closed");
    };
  }

  private static Step rejected(PlanEvent event) {
    return switch (event) {
      case REJECT -> new Step.To(PlanState.REJECTED);
      case SUFFICE, BEGIN, LAND, MISS, VERIFY, CLOSE, EXPIRE ->
          new Step.Refused("was rejected; make a new one");
    };
  }

  private static Step expired(PlanEvent event) {
    return switch (event) {
      case EXPIRE -> new Step.To(PlanState.EXPIRED);
      case SUFFICE, REJECT, BEGIN, LAND, MISS, VERIFY, CLOSE ->
          new Step.Refused("is expired; make a new one: rows and chain have moved since");
    };
  }

  private static Step missed(PlanEvent event) {
    return switch (event) {
      case MISS -> new Step.To(PlanState.VOID);
      case SUFFICE, REJECT, BEGIN, LAND, VERIFY, CLOSE, EXPIRE ->
          new Step.Refused("is void: rows or chain had changed; make a new one");
    };
  }
}
