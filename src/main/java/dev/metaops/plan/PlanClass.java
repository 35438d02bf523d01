package dev.metaops.plan;

/** What a plan may do, and how many people that takes. SPEC §4, Classes. */
public enum PlanClass {
  /** Looks and changes nothing. */
  READ(0),
  /** Restarts a service: at once, recorded. */
  RESTART(1),
  /** Moves rows to where the chain proves them by itself. */
  RESYNC(1),
  /** What the chain does not prove by itself; never against it. */
  MONEY(2),
  /** Changes which keys count. */
  KEYS(2);

  private final int people;

  PlanClass(int people) {
    this.people = people;
  }

  /** How many different people stand behind it, whoever planned it included; 0 to 2. */
  public int people() {
    return people;
  }

  /** How many people beside whoever planned it; 0 or 1. */
  public int others() {
    return Math.max(0, people - 1);
  }
}
