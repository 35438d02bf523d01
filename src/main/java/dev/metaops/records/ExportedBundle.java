package dev.metaops.records;

import dev.metaops.evidence.BundleReport;
import dev.metaops.evidence.Dossier;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.nio.file.Path;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code evidence export} wrote, drawn. */
record ExportedBundle(Path file, long bytes, Dossier dossier, BundleReport report)
    implements Picture {
  @Override
  public String shape() {
    return "evidence-export/1";
  }

  private int events() {
    return dossier.proofs().stream().mapToInt(proofs -> proofs.claims().size()).sum();
  }

  @Override
  public void drawText(Page page) {
    page.line(
        Ink.GOOD,
        "Evidence of "
            + Page.printable(dossier.subject())
            + ": "
            + counted(dossier.records().size(), "record")
            + ", "
            + counted(dossier.plans().size(), "plan")
            + ", "
            + counted(events(), "event")
            + " of the chain: "
            + file);
    dossier.gaps().forEach(gap -> page.line(Ink.WARNING, "  missing: " + Page.printable(gap)));
    report
        .findings()
        .forEach(
            finding -> page.line(Ink.WARNING, "  " + finding.kind() + "  " + finding.sentence()));
    if (report.verdict() == BundleReport.Verdict.REFUSED) {
      page.line(
          Ink.WARNING,
          "  NOT ALL OF IT: whoever checks it is told so, with exit 2. Export it again when what is"
              + " missing can be had.");
    }
    page.line(
        Ink.FAINT,
        "anybody checks it with: metaops evidence verify "
            + file
            + " --key KEY (metaops audit key), or with a JDK alone: README.txt in it");
  }

  private static String counted(int count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("file", file.toString())
        .put("bytes", bytes)
        .put("subject", dossier.subject())
        .put("records", dossier.records().size())
        .put("plans", dossier.plans().size())
        .put("events", events())
        .put("as_of", dossier.attestation().checkpoint().at().toString());
    ArrayNode missing = into.putArray("missing");
    dossier.gaps().forEach(missing::add);
    report.findings().forEach(finding -> missing.add(finding.sentence()));
  }
}
