package dev.metaops.setup;

import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code config init} wrote, in short.
 *
 * @param text the whole file where nothing was to be written; else empty
 */
record ConfigInitPicture(Path file, Optional<Path> kept, String text, List<ConfigLine> lines)
    implements Picture {
  @Override
  public String shape() {
    return "config-init/1";
  }

  @Override
  public void drawText(Page page) {
    text.lines().forEach(page::line);
    long told = lines.stream().filter(ConfigLine.Told.class::isInstance).count();
    long untold = lines.stream().filter(ConfigLine.Untold.class::isInstance).count();
    page.line(
        (isWritten() ? "Wrote " + file : "NOTHING WAS WRITTEN to " + file)
            + ": "
            + told
            + " keys told, "
            + untold
            + " left to you (commented out, with why)."
            + kept.map(old -> " The earlier file is " + old + ".").orElse(""));
    lines.stream().filter(ConfigLine::isHeavy).forEach(line -> page.line(Ink.WARNING, heavy(line)));
    page.line("next      metaops " + (isWritten() ? "doctor" : "config init"));
  }

  private boolean isWritten() {
    return text.isEmpty();
  }

  private static String heavy(ConfigLine line) {
    return switch (line) {
      case ConfigLine.Told(String section, String name, _, String why) ->
          section + "." + name + ": " + why;
      case ConfigLine.Untold(String section, String name, String toml, String why, _) ->
          section + "." + name + " (not set; perhaps " + toml + "): " + why;
      case ConfigLine.Remark(String section, String remark, _) -> section + ": " + remark;
    };
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("file", file.toString()).put("written", isWritten());
    kept.ifPresent(old -> into.put("earlier", old.toString()));
    ArrayNode told = into.putArray("told");
    ArrayNode untold = into.putArray("not_told");
    ArrayNode remarks = into.putArray("remarks");
    for (ConfigLine line : lines) {
      switch (line) {
        case ConfigLine.Told(String section, String name, String toml, String why) ->
            told.addObject().put("key", section + "." + name).put("value", toml).put("why", why);
        case ConfigLine.Untold(String section, String name, String toml, String why, _) ->
            untold
                .addObject()
                .put("key", section + "." + name)
                .put("perhaps", toml)
                .put("why", why)
                .put("matters", line.isHeavy());
        case ConfigLine.Remark(String section, String remark, _) ->
            remarks
                .addObject()
                .put("section", section)
                .put("text", remark)
                .put("matters", line.isHeavy());
      }
    }
  }
}
