package dev.metaops.records;

import dev.metaops.audit.LogHome;
import dev.metaops.audit.VerifierKey;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The public keys of checkpoints, drawn.
 *
 * @param logs at least one
 */
record CheckpointKeys(List<Log> logs) implements Picture {
  CheckpointKeys {
    logs = List.copyOf(logs);
  }

  /**
   * Of one log.
   *
   * @param keys at least one; the last signs now
   */
  record Log(LogHome home, List<VerifierKey> keys, Path directory) {
    Log {
      keys = List.copyOf(keys);
    }
  }

  @Override
  public String shape() {
    return "audit-key/1";
  }

  @Override
  public void drawText(Page page) {
    for (Log log : logs) {
      page.line(log.keys().getLast().text());
      log.keys().reversed().stream()
          .skip(1)
          .forEach(key -> page.line(Ink.FAINT, key.text() + "  earlier"));
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    ArrayNode all = into.putArray("logs");
    for (Log log : logs) {
      ObjectNode one =
          all.addObject()
              .put("log", log.home().word())
              .put("key", log.keys().getLast().text())
              .put("directory", log.directory().toString());
      ArrayNode earlier = one.putArray("earlier");
      log.keys().reversed().stream().skip(1).forEach(key -> earlier.add(key.text()));
    }
  }
}
