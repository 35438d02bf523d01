package dev.metaops.intervention;

import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.PlanState;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The newest plans.
 *
 * @param altered sentences on those whose text is not what was kept
 * @param reviews plans that one person applied alone and nobody has looked at yet: by plan, who
 * @param total of all there are
 */
record PlanList(
    List<KeptPlan> plans,
    List<String> altered,
    Map<String, String> reviews,
    long total,
    Instant now)
    implements Picture {
  @Override
  public String shape() {
    return "plan-list/1";
  }

  @Override
  public void drawText(Page page) {
    altered.forEach(sentence -> page.line(Ink.BAD, sentence));
    reviews.forEach(
        (plan, by) -> page.line(Ink.WARNING, plan + ": " + BreakGlass.sentence(plan, by)));
    if (plans.isEmpty()) {
      page.line("No plan is kept here.");
      return;
    }
    page.line(
        Ink.STRONG,
        "Plans: " + total + (plans.size() < total ? ", the newest " + plans.size() : ""));
    var table =
        new Table()
            .column("plan")
            .column("state")
            .column("class")
            .column("orders", Table.Side.RIGHT)
            .column("what")
            .column("by")
            .column("made")
            .column("expires");
    for (KeptPlan kept : plans) {
      PlanState state = kept.stateAt(now);
      table.row(
          List.of(
              Table.Cell.of(Ink.STRONG, kept.plan().id()),
              Table.Cell.of(ink(state), state.name()),
              Table.Cell.of(kept.plan().planClass().name()),
              Table.Cell.of(String.valueOf(kept.plan().moves().size())),
              Table.Cell.of(kept.plan().verb()),
              Table.Cell.of(kept.plan().actor()),
              Table.Cell.of(Clock.since(kept.plan().createdAt(), now)),
              Table.Cell.of(expires(kept, state))));
    }
    page.table(table);
  }

  private String expires(KeptPlan kept, PlanState state) {
    return switch (state) {
      case PLANNED, APPROVED, APPLYING ->
          "in " + Ages.of(Duration.between(now, kept.plan().expiresAt()));
      case APPLIED, VERIFIED, CLOSED, REJECTED, EXPIRED, VOID -> "";
    };
  }

  static Ink ink(PlanState state) {
    return switch (state) {
      case PLANNED, APPROVED -> Ink.PLAIN;
      case APPLYING, APPLIED -> Ink.WARNING;
      case VERIFIED, CLOSED -> Ink.GOOD;
      case REJECTED, EXPIRED, VOID -> Ink.FAINT;
    };
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("at", now.toString()).put("total", total);
    ArrayNode array = into.putArray("plans");
    for (KeptPlan kept : plans) {
      PlanScreen.drawJson(array.addObject(), kept, now);
    }
    ObjectNode open = into.putObject("open_reviews");
    reviews.forEach(open::put);
    ArrayNode wrong = into.putArray("altered");
    altered.forEach(wrong::add);
  }
}
