package dev.metaops.records;

import dev.metaops.audit.Checkpoint;
import dev.metaops.audit.LogHome;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code audit export} wrote, drawn.
 *
 * @param unread logs that are not in it
 */
record ExportedRecord(Path directory, List<Log> logs, List<AuditLogs.Unread> unread)
    implements Picture {
  ExportedRecord {
    logs = List.copyOf(logs);
    unread = List.copyOf(unread);
  }

  /** One log, in a directory of its own. */
  record Log(LogHome home, Path directory, Checkpoint checkpoint, long longEntries) {}

  @Override
  public String shape() {
    return "audit-export/1";
  }

  @Override
  public void drawText(Page page) {
    for (Log log : logs) {
      Checkpoint checkpoint = log.checkpoint();
      page.line(
          Ink.GOOD,
          checkpoint.size()
              + (checkpoint.size() == 1 ? " record" : " records")
              + " of "
              + log.home().words()
              + " exported to "
              + log.directory()
              + " under the checkpoint of "
              + checkpoint.at()
              + ".");
      if (log.longEntries() > 0) {
        page.line(
            Ink.WARNING,
            log.longEntries()
                + " of them are longer than 64 KB and lie in tile/long-entries, which only metaops"
                + " reads");
      }
    }
    unread.forEach(one -> page.line(Ink.BAD, one.sentence()));
    page.line(
        Ink.FAINT, "check it anywhere: metaops audit verify --from DIR --key (metaops audit key)");
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("directory", directory.toString());
    ArrayNode all = into.putArray("logs");
    for (Log log : logs) {
      all.addObject()
          .put("log", log.home().word())
          .put("directory", log.directory().toString())
          .put("size", log.checkpoint().size())
          .put("root", log.checkpoint().root().hex())
          .put("at", log.checkpoint().at().toString())
          .put("long_entries", log.longEntries());
    }
    ArrayNode missing = into.putArray("unread");
    unread.forEach(one -> missing.addObject().put("log", one.home().word()).put("why", one.why()));
  }
}
