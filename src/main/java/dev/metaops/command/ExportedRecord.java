package dev.metaops.command;

import dev.metaops.audit.Checkpoint;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** What {@code audit export} wrote, drawn. */
record ExportedRecord(Path directory, Checkpoint checkpoint, long longEntries) implements Picture {
  @Override
  public String shape() {
    return "audit-export/1";
  }

  @Override
  public void drawText(Page page) {
    page.line(
        Ink.GOOD,
        checkpoint.size()
            + (checkpoint.size() == 1 ? " record" : " records")
            + " exported to "
            + directory
            + " under the checkpoint of "
            + checkpoint.at()
            + ".");
    if (longEntries > 0) {
      page.line(
          Ink.WARNING,
          longEntries
              + " of them are longer than 64 KB and lie in tile/long-entries, which only metaops"
              + " reads");
    }
    page.line(
        Ink.FAINT, "check it anywhere: metaops audit verify --from DIR --key (metaops audit key)");
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("directory", directory.toString())
        .put("size", checkpoint.size())
        .put("root", checkpoint.root().hex())
        .put("at", checkpoint.at().toString())
        .put("long_entries", longEntries);
  }
}
