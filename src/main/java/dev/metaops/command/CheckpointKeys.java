package dev.metaops.command;

import dev.metaops.audit.VerifierKey;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The public keys of checkpoints, drawn.
 *
 * @param keys at least one; the last signs now
 */
record CheckpointKeys(List<VerifierKey> keys, Path directory) implements Picture {
  @Override
  public String shape() {
    return "audit-key/1";
  }

  @Override
  public void drawText(Page page) {
    page.line(keys.getLast().text());
    keys.reversed().stream().skip(1).forEach(key -> page.line(Ink.FAINT, key.text() + "  earlier"));
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("key", keys.getLast().text()).put("directory", directory.toString());
    ArrayNode earlier = into.putArray("earlier");
    keys.reversed().stream().skip(1).forEach(key -> earlier.add(key.text()));
  }
}
