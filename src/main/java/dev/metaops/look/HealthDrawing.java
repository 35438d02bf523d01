package dev.metaops.look;

import dev.metaops.command.ExitCode;
import dev.metaops.health.CheckMemory;
import dev.metaops.health.Condition;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Table;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a condition is drawn, and how a command ends because of it. */
public final class HealthDrawing {
  private HealthDrawing() {}

  /** SPEC §4: a command that judges treats what is down, wrong or not checkable as a finding. */
  public static ExitCode exit(Condition condition) {
    return switch (condition) {
      case UP -> ExitCode.FINE;
      case DEGRADED -> ExitCode.WARNING;
      case DOWN, UNKNOWN -> ExitCode.CRITICAL;
    };
  }

  public static Ink ink(Condition condition) {
    return switch (condition) {
      case UP -> Ink.GOOD;
      case DEGRADED -> Ink.WARNING;
      case DOWN, UNKNOWN -> Ink.BAD;
    };
  }

  /** What is only shown alarms nobody where it is not known. */
  private static Ink ink(Vital vital) {
    boolean isCalm =
        vital.condition() == Condition.UNKNOWN
            ? vital.threshold().isEmpty()
            : vital.condition() == Condition.UP;
    return isCalm ? Ink.PLAIN : ink(vital.condition());
  }

  public static void drawVitals(Page page, Result result) {
    if (result.diagnosis().vitals().isEmpty()) {
      return;
    }
    page.blank();
    var table =
        new Table()
            .column(result.subject().isEmpty() ? "measured" : result.subject())
            .column("value")
            .column("expected");
    for (Vital vital : result.diagnosis().vitals()) {
      table.row(
          List.of(
              Table.Cell.of(vital.name()),
              Table.Cell.of(ink(vital), vital.value()),
              Table.Cell.of(Ink.FAINT, vital.threshold())));
    }
    page.table(table);
  }

  public static void drawJson(ObjectNode into, Report report, HealthMemory memory) {
    into.put("overall", report.overall().name());
    ArrayNode results = into.putArray("results");
    for (Result result : report.results()) {
      ObjectNode json =
          results
              .addObject()
              .put("component", result.component())
              .put("subject", result.subject())
              .put("condition", result.condition().name())
              .put("sentence", result.diagnosis().sentence())
              .put("at", result.at().toString())
              .put("took_ms", result.took().toMillis());
      memory
          .of(result)
          .map(CheckMemory::steadiness)
          .ifPresent(steady ->
              json.put("since", steady.sinceLast().toString())
                  .put("steady", steady.condition().name())
                  .put("steady_since", steady.since().toString())
                  .put("blind_s", steady.blind().toSeconds()));
      result.diagnosis().next().ifPresent(next -> json.put("next", next));
      drawVitals(json.putArray("vitals"), result);
    }
  }

  private static void drawVitals(ArrayNode into, Result result) {
    for (Vital vital : result.diagnosis().vitals()) {
      into.addObject()
          .put("name", vital.name())
          .put("value", vital.value())
          .put("expected", vital.threshold())
          .put("condition", vital.condition().name());
    }
  }
}
