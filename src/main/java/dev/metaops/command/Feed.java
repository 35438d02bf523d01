package dev.metaops.command;

import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Standard output as lines, for commands that tell things as they happen: each picture is one line
 * of text, or one JSON object in one line. What the command answers at its end is then {@link
 * #ended}.
 */
public record Feed(Conversation conversation) {
  /** Shows it at once. */
  public void show(Picture picture) {
    conversation
        .person()
        .show(
            switch (conversation.shared().output()) {
              case JSON -> json(picture);
              case TABLE, SAFE -> text(picture);
            });
  }

  private static String json(Picture picture) {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("shape", picture.shape());
    picture.drawJson(line);
    return Page.printableJson(line.toString());
  }

  private String text(Picture picture) {
    Page page = new Page(conversation.person().colour());
    picture.drawText(page);
    return page.text().stripTrailing();
  }

  /** The answer of a command that has shown everything. */
  public static Picture ended() {
    return new Ended();
  }

  private record Ended() implements Picture {
    @Override
    public String shape() {
      return "";
    }

    @Override
    public boolean isShown() {
      return true;
    }

    @Override
    public void drawText(Page page) {}

    @Override
    public void drawJson(ObjectNode into) {}
  }
}
