package dev.metaops.cli;

import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A picture as the bytes of standard output. */
public final class Rendering {
  private Rendering() {}

  public static String text(Picture picture, Page.Colour colour) {
    Page page = new Page(colour);
    picture.drawText(page);
    return page.text();
  }

  /** One indented object that begins with its shape; nothing when all was shown before. */
  public static String json(Picture picture) {
    if (picture.isShown()) {
      return "";
    }
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("shape", picture.shape());
    picture.drawJson(node);
    ObjectWriter writer = JsonMapper.shared().writerWithDefaultPrettyPrinter();
    return Page.printableJson(writer.writeValueAsString(node)) + "\n";
  }
}
