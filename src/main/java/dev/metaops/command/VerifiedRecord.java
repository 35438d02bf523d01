package dev.metaops.command;

import dev.metaops.audit.AuditReport;
import dev.metaops.audit.Damage;
import dev.metaops.audit.Discrepancy;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether the record of interventions is whole, drawn. */
record VerifiedRecord(AuditReport report) implements Picture {
  private static final String NO_CHECKPOINT =
      "no checkpoint outside this database yet: a complete rewrite would not be seen";

  /** Discrepancies drawn as text; JSON has all that are named. */
  private static final int MOST_DRAWN = 50;

  /** SPEC §4: 0 clean, 2 tampered or incomplete; 3 is the caller's. */
  static Answer answer(AuditReport report) {
    return new Answer(
        report.isClean() ? ExitCode.FINE : ExitCode.CRITICAL,
        new VerifiedRecord(report),
        List.of(NO_CHECKPOINT));
  }

  @Override
  public String shape() {
    return "audit-verify/1";
  }

  @Override
  public void drawText(Page page) {
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
      report
          .head()
          .ifPresent(
              head -> page.line(Ink.FAINT, "last seal " + head.seq() + "  " + head.chain().hex()));
      return;
    }
    Discrepancy first = report.first().getFirst();
    page.line(
        Ink.BAD,
        "THE RECORD OF INTERVENTIONS IS NOT AS IT WAS WRITTEN: "
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

  @Override
  public void drawJson(ObjectNode into) {
    into.put("clean", report.isClean());
    into.put("sealed", report.sealed());
    into.put("waiting", report.waiting());
    into.put("plans", report.plans());
    report
        .head()
        .ifPresent(
            head -> into.putObject("head").put("seq", head.seq()).put("chain", head.chain().hex()));
    into.put("checkpoint", "none");
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
    return discrepancy.seq().isPresent() ? "seal " + text(discrepancy.seq()) : "an applied plan";
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
