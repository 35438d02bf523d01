package dev.metaops.records;

import dev.metaops.command.Answer;
import dev.metaops.evidence.BundleReport;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a bundle of evidence is worth, drawn. */
record VerifiedBundle(Path file, BundleReport report) implements Picture {
  /** Findings drawn as text; JSON has all. */
  private static final int MOST_DRAWN = 20;

  static Answer answer(Path file, BundleReport report) {
    return Answer.of(EvidenceAnswers.exit(report), new VerifiedBundle(file, report));
  }

  @Override
  public String shape() {
    return "evidence-verify/1";
  }

  @Override
  public void drawText(Page page) {
    switch (report.verdict()) {
      case HOLDS -> page.line(Ink.GOOD, "EVERYTHING HOLDS: " + file);
      case UNVERIFIABLE ->
          page.line(Ink.WARNING, "NOT VERIFIABLE with the keys that are believed: " + file);
      case REFUSED ->
          page.line(Ink.BAD, "REFUSED, it is not what was exported or not all of it: " + file);
      case UNREADABLE -> page.line(Ink.BAD, "NO BUNDLE OF EVIDENCE: " + file);
    }
    report.findings().stream()
        .limit(MOST_DRAWN)
        .forEach(finding ->
            page.line(
                finding.kind() == BundleReport.Kind.UNVERIFIABLE ? Ink.WARNING : Ink.BAD,
                "  " + finding.kind() + "  " + Page.printable(finding.sentence())));
    if (report.findings().size() > MOST_DRAWN) {
      page.line("  and " + (report.findings().size() - MOST_DRAWN) + " more; -o json has all");
    }
    section(page, "Checked", report.checked());
    section(page, "What you trust, and no check can tell you", report.trusted());
  }

  private static void section(Page page, String title, List<String> lines) {
    if (!lines.isEmpty()) {
      page.line(Ink.STRONG, title);
      lines.forEach(line -> page.line("  " + Page.printable(line)));
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("file", file.toString()).put("verdict", report.verdict().name());
    ArrayNode findings = into.putArray("findings");
    report
        .findings()
        .forEach(finding ->
            findings
                .addObject()
                .put("kind", finding.kind().name())
                .put("what", finding.sentence()));
    ArrayNode checked = into.putArray("checked");
    report.checked().forEach(checked::add);
    ArrayNode trusted = into.putArray("trusted");
    report.trusted().forEach(trusted::add);
  }
}
