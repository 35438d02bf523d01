package dev.metaops.checkup;

import dev.metaops.command.HealthCommand;
import dev.metaops.health.CheckMemory;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Steadiness;
import dev.metaops.health.Vital;
import dev.metaops.look.ChainRecord;
import dev.metaops.look.Examination;
import dev.metaops.look.HealthDrawing;
import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.page.Table;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code health} shows.
 *
 * @param memory since when it is so
 * @param record what following recorded of the nodes, where that was looked at
 * @param absent what nobody configured, a sentence each
 */
record HealthScreen(
    HealthCommand.Subject subject,
    Report report,
    HealthMemory memory,
    Optional<ChainRecord> record,
    List<String> absent)
    implements Picture {
  private static final int WIDTH = 80;
  private static final String INDENT = "         ";

  @Override
  public String shape() {
    return "health-" + subject.word() + "/1";
  }

  @Override
  public void drawText(Page page) {
    switch (subject) {
      case FULL -> {
        page.line(HealthDrawing.ink(report.overall()), headline());
        report.results().forEach(result -> drawWhole(page, result));
      }
      case QUICK -> drawResults(page);
      case DATABASE, BLOCKCHAIN, LISTENER, ORDERS, KEYS, FRONTEND, SERVICES, RESOURCES -> {
        drawResults(page);
        report.results().forEach(result -> HealthDrawing.drawVitals(page, result));
      }
    }
    absent.forEach(sentence -> page.line(Ink.FAINT, sentence));
    next().ifPresent(next -> page.line(Ink.STRONG, "next: " + next));
  }

  /** The worst in a sentence. */
  private String headline() {
    Condition overall = report.overall();
    if (report.results().isEmpty()) {
      return "nothing to look at";
    }
    long well = report.components().values().stream().filter(is -> is == Condition.UP).count();
    return overall == Condition.UP
        ? "UP: all " + well + " components are well"
        : worst()
            .map(result ->
                overall
                    + ": "
                    + result.component()
                    + ": "
                    + result.diagnosis().sentence()
                    + "; "
                    + well
                    + " of "
                    + report.components().size()
                    + " components are well")
            .orElse(overall.name());
  }

  private Optional<Result> worst() {
    Condition overall = report.overall();
    return report.results().stream()
        .filter(
            result -> report.components().getOrDefault(result.component(), Condition.UP) == overall)
        .filter(result -> result.condition() != Condition.UP)
        .findFirst();
  }

  /** The command that helps with the worst, and is not the one just typed. */
  private Optional<String> next() {
    String own = "metaops health " + subject.word();
    return report.results().stream()
        .filter(result -> result.condition() != Condition.UP)
        .sorted((one, other) -> other.condition().compareTo(one.condition()))
        .flatMap(result -> result.diagnosis().next().stream())
        .filter(next -> !next.equals(own))
        .findFirst();
  }

  private void drawResults(Page page) {
    var table = new Table().column("").column("").column("").column("");
    for (Result result : report.results()) {
      table.row(
          List.of(
              Table.Cell.of(HealthDrawing.ink(result.condition()), result.condition().name()),
              Table.Cell.of(result.component()),
              Table.Cell.of(Ink.FAINT, result.took().toMillis() + " ms"),
              Table.Cell.of(result.diagnosis().sentence() + since(result))));
    }
    page.table(table);
  }

  /** One component in a few lines of 80 columns. */
  private void drawWhole(Page page, Result result) {
    Diagnosis diagnosis = result.diagnosis();
    Ink ink = HealthDrawing.ink(result.condition());
    String head = String.format(Locale.ROOT, "%-8s ", result.condition());
    String name = result.component() + (result.subject().isEmpty() ? "" : " " + result.subject());
    List<String> sentence =
        diagnosis.sentence().startsWith(result.subject() + ":") && !result.subject().isEmpty()
            ? List.of(result.component(), diagnosis.sentence() + since(result))
            : List.of(name, diagnosis.sentence() + since(result));
    boolean isFirst = true;
    for (String line : wrapped(List.of(String.join(": ", sentence).split(" ", -1)), " ")) {
      page.line(isFirst ? ink : Ink.PLAIN, (isFirst ? head : INDENT) + line);
      isFirst = false;
    }
    List<String> measured =
        diagnosis.vitals().stream()
            .filter(vital -> !vital.threshold().isEmpty() || isTold(result))
            .map(HealthScreen::brief)
            .toList();
    wrapped(measured, " · ").forEach(line -> page.line(Ink.FAINT, INDENT + line));
  }

  /** Since when it is not well, where that is longer than this look. */
  private String since(Result result) {
    Optional<Steadiness> steady = memory.of(result).map(CheckMemory::steadiness);
    String blind =
        steady
            .map(Steadiness::blind)
            .filter(Duration::isPositive)
            .map(time -> "; blind for " + Ages.of(time) + " in all")
            .orElse("");
    return result.condition() == Condition.UP
        ? ""
        : steady
                .map(Steadiness::sinceLast)
                .filter(at -> at.isBefore(result.at()))
                .map(at -> "; since " + Clock.since(at, result.at()))
                .orElse("")
            + blind;
  }

  /** Of the others, what has no threshold is to be read one by one. */
  private static boolean isTold(Result result) {
    return switch (result.component()) {
      case Examination.DATABASE, Examination.BLOCKCHAIN, Examination.LISTENER -> false;
      default -> true;
    };
  }

  private static String brief(Vital vital) {
    String threshold = vital.threshold().isEmpty() ? "" : " (" + vital.threshold() + ")";
    boolean isSaid =
        vital.condition() == Condition.UP || vital.value().startsWith(vital.condition().name());
    String mark = isSaid ? "" : vital.condition() + " ";
    return mark + vital.name() + " " + vital.value() + threshold;
  }

  /** Pieces in lines that fit; a piece that is longer than a line has one of its own. */
  static List<String> wrapped(List<String> pieces, String between) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String piece : pieces) {
      int length = INDENT.length() + line.length() + between.length() + piece.length();
      if (!line.isEmpty() && length > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : between).append(piece);
    }
    if (!line.isEmpty()) {
      lines.add(line.toString());
    }
    return lines;
  }

  @Override
  public void drawJson(ObjectNode into) {
    HealthDrawing.drawJson(into, report, memory);
    record.ifPresent(found -> found.drawJson(into));
    ArrayNode missing = into.putArray("not_configured");
    absent.forEach(missing::add);
  }
}
