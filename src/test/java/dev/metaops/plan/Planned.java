package dev.metaops.plan;

import java.time.Instant;

/** Plans as tests need them: of any class, of anybody. */
public final class Planned {
  public static final Instant AT = Instant.parse("2026-03-01T02:41:00Z");

  private Planned() {}

  /** One order, ord_1, from PENDING to SETTLED, made at {@link #AT}, for 15 minutes. */
  public static FrozenPlan plan(PlanClass planClass, String actor) {
    return FrozenPlan.read(text(planClass, actor, AT)).orElseThrow();
  }

  static String text(PlanClass planClass, String actor, Instant at) {
    return """
    {"actor":"%s","chain":137,"class":"%s","created_at":"%s","expires_at":"%s","id":"P-8K2F",\
    "reason":"hung","targets":[{"blocks":[],"events":[],"from":"PENDING","order":"ord_1","provider":"a","row_version":"7",\
    "settled":12,"storage":"RELEASED","to":"SETTLED"}],"verb":"order fix"}\
    """
        .formatted(actor, planClass, at, at.plus(PlanClass.RESYNC.life()));
  }
}
