package dev.metaops.records;

import dev.metaops.audit.AuditReport;
import dev.metaops.audit.Checkpoint;
import dev.metaops.audit.Coverage;
import dev.metaops.audit.Damage;
import dev.metaops.audit.Discrepancy;
import dev.metaops.audit.Restoration;
import dev.metaops.audit.Verdict;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether one log is whole, drawn.
 *
 * @param now by the database's clock; empty for an export
 */
record VerifiedRecord(AuditReport report, Optional<Instant> now) {
  /** Discrepancies drawn as text; JSON has all that are named. */
  private static final int MOST_DRAWN = 50;

  ExitCode exit() {
    return switch (report.verdict()) {
      case CLEAN -> ExitCode.FINE;
      case UNVERIFIABLE -> ExitCode.WARNING;
      case INCOMPLETE, WENT_BACK, TAMPERED -> ExitCode.CRITICAL;
    };
  }

  boolean isClean() {
    return report.isClean();
  }

  void drawText(Page page) {
    if (report.isClean()) {
      page.line(
          Ink.GOOD,
          "The record of interventions is whole: "
              + number(report.sealed())
              + " sealed, "
              + number(report.waiting())
              + " waiting for their seal, "
              + number(report.plans())
              + " applied by plan.");
      coverage(page);
      restored(page);
      report
          .head()
          .ifPresent(
              head -> page.line(Ink.FAINT, "last seal " + head.seq() + "  " + head.chain().hex()));
      return;
    }
    damage(page);
    coverage(page);
    restored(page);
  }

  /** SPEC §11: restored, not tampered. */
  private void restored(Page page) {
    for (Checkpoint boundary : report.boundaries()) {
      page.line(Ink.WARNING, sentence(boundary, boundary.restored().orElseThrow()));
    }
  }

  private static String sentence(Checkpoint boundary, Restoration restored) {
    return "restored, not tampered with: at "
        + boundary.at()
        + " "
        + restored.actor()
        + " vouched that the database came back from a backup of "
        + restored.backup()
        + " ("
        + restored.reason()
        + "); seals "
        + number(restored.to() + 1)
        + " to "
        + number(restored.from())
        + " as they were covered are given up";
  }

  private void coverage(Page page) {
    Coverage coverage = report.coverage();
    if (coverage.newest().isEmpty()) {
      return;
    }
    Checkpoint newest = coverage.newest().get();
    page.line(
        number(coverage.agreeing())
            + " of "
            + number(coverage.kept())
            + (coverage.kept() == 1 ? " checkpoint agrees" : " checkpoints agree")
            + "; the last is of "
            + newest.at()
            + " and covers "
            + number(newest.size())
            + (newest.size() == 1 ? " seal." : " seals."));
    long uncovered = coverage.uncovered() + report.waiting();
    if (uncovered > 0) {
      page.line(
          Ink.FAINT,
          number(uncovered)
              + (uncovered == 1 ? " record is" : " records are")
              + " not covered yet"
              + seconds().map(age -> ", the oldest for " + age + " s").orElse(""));
    }
  }

  private Optional<Long> seconds() {
    return now.flatMap(end ->
        report
            .coverage()
            .since()
            .map(since -> Math.max(0, Duration.between(since, end).toSeconds())));
  }

  private String headline() {
    return switch (report.verdict()) {
      case TAMPERED -> "THE RECORD OF INTERVENTIONS IS NOT AS IT WAS WRITTEN";
      case WENT_BACK -> "THE RECORD OF INTERVENTIONS WENT BACK, AND PART OF IT IS GONE";
      case INCOMPLETE -> "THE RECORD OF INTERVENTIONS IS NOT COMPLETE";
      case UNVERIFIABLE, CLEAN -> "The record of interventions cannot be verified";
    };
  }

  private void damage(Page page) {
    Discrepancy first = report.first().getFirst();
    page.line(
        report.verdict() == Verdict.UNVERIFIABLE ? Ink.WARNING : Ink.BAD,
        headline()
            + ": "
            + number(report.total())
            + (report.total() == 1 ? " discrepancy" : " discrepancies")
            + " in "
            + number(report.sealed())
            + (report.sealed() == 1 ? " seal" : " seals")
            + ", the first at "
            + place(first)
            + ".");
    var table =
        new Table()
            .column("damage")
            .column("seal", Table.Side.RIGHT)
            .column("record", Table.Side.RIGHT)
            .column("what");
    for (Discrepancy discrepancy : report.first().stream().limit(MOST_DRAWN).toList()) {
      table.row(
          List.of(
              Table.Cell.of(Ink.BAD, word(discrepancy.damage())),
              Table.Cell.of(text(discrepancy.seq())),
              Table.Cell.of(text(discrepancy.recordId())),
              Table.Cell.of(discrepancy.sentence())));
    }
    page.table(table);
    if (report.total() > MOST_DRAWN) {
      page.line(Ink.FAINT, "and " + number(report.total() - MOST_DRAWN) + " more (-o json)");
    }
  }

  void drawJson(ObjectNode into) {
    into.put("clean", report.isClean());
    into.put("verdict", report.verdict().name());
    into.put("sealed", report.sealed());
    into.put("waiting", report.waiting());
    into.put("plans", report.plans());
    report
        .head()
        .ifPresent(
            head -> into.putObject("head").put("seq", head.seq()).put("chain", head.chain().hex()));
    Coverage coverage = report.coverage();
    ObjectNode checkpoints =
        into.putObject("checkpoints")
            .put("kept", coverage.kept())
            .put("agreeing", coverage.agreeing())
            .put("uncovered", coverage.uncovered() + report.waiting());
    seconds().ifPresent(age -> checkpoints.put("uncovered_s", age));
    coverage
        .newest()
        .ifPresent(newest ->
            checkpoints
                .put("size", newest.size())
                .put("at", newest.at().toString())
                .put("root", newest.root().hex()));
    ArrayNode boundaries = into.putArray("restored");
    for (Checkpoint boundary : report.boundaries()) {
      Restoration restored = boundary.restored().orElseThrow();
      boundaries
          .addObject()
          .put("at", boundary.at().toString())
          .put("from", restored.from())
          .put("to", restored.to())
          .put("backup", restored.backup().toString())
          .put("actor", restored.actor())
          .put("reason", restored.reason());
    }
    into.put("total", report.total());
    ObjectNode counts = into.putObject("counts");
    new TreeMap<>(report.counts()).forEach((damage, count) -> counts.put(word(damage), count));
    ArrayNode array = into.putArray("discrepancies");
    for (Discrepancy discrepancy : report.first()) {
      ObjectNode one = array.addObject().put("damage", word(discrepancy.damage()));
      discrepancy.seq().ifPresent(seq -> one.put("seq", seq));
      discrepancy.recordId().ifPresent(id -> one.put("record", id));
      one.put("what", discrepancy.sentence());
    }
  }

  private static String place(Discrepancy discrepancy) {
    if (discrepancy.seq().isPresent() && discrepancy.recordId().isPresent()) {
      return "seal " + text(discrepancy.seq()) + " (record " + text(discrepancy.recordId()) + ")";
    }
    if (discrepancy.recordId().isPresent()) {
      return "record " + text(discrepancy.recordId());
    }
    return discrepancy.seq().isPresent()
        ? "seal " + text(discrepancy.seq())
        : word(discrepancy.damage());
  }

  private static String word(Damage damage) {
    return damage.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(OptionalLong number) {
    return number.isPresent() ? String.valueOf(number.getAsLong()) : "–";
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
