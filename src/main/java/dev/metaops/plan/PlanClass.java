package dev.metaops.plan;

import dev.metaops.order.Verdict;
import java.time.Duration;

/** What a plan may do, and how many people that takes. SPEC §4, Classes. */
public enum PlanClass {
  /** Looks and changes nothing. */
  READ(0, Duration.ofMinutes(15)),
  /** Restarts a service: at once, recorded. */
  RESTART(1, Duration.ofMinutes(15)),
  /** Moves rows to where the chain proves them by itself. */
  RESYNC(1, Duration.ofMinutes(15)),
  /** What the chain does not prove by itself; never against it. */
  MONEY(2, Duration.ofHours(1)),
  /** Changes which keys count. */
  KEYS(2, Duration.ofHours(1));

  private final int people;
  private final Duration life;

  PlanClass(int people, Duration life) {
    this.people = people;
    this.life = life;
  }

  /** What moving a row of this verdict takes; READ where no row may be moved. SPEC §3. */
  public static PlanClass of(Verdict.Code verdict) {
    return switch (verdict) {
      case ROW_BEHIND, NEVER_FUNDED -> RESYNC;
      case ROW_FALSE, CONFLICT, NO_ROW -> MONEY;
      case ORPHANED, TX_TROUBLE, UNKNOWN, NOT_FINAL, WAITING, CONSISTENT -> READ;
    };
  }

  /** How long a plan may wait: a second person has to be found for some. */
  public Duration life() {
    return life;
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
