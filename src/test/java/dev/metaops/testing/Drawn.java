package dev.metaops.testing;

import dev.metaops.command.Answer;
import dev.metaops.page.Page;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a person or a program sees of an answer. */
public final class Drawn {
  private Drawn() {}

  /** Without colours. */
  public static String text(Answer answer) {
    var page = new Page(Page.Colour.NONE);
    answer.picture().drawText(page);
    return page.text();
  }

  public static ObjectNode json(Answer answer) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    answer.picture().drawJson(json);
    return json;
  }
}
