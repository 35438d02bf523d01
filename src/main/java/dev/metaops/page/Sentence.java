package dev.metaops.page;

import tools.jackson.databind.node.ObjectNode;

/** A picture that is one sentence: {@code <noun>-<verb>/1} with {@code sentence}. */
public record Sentence(String noun, String verb, String sentence) implements Picture {
  @Override
  public String shape() {
    return verb.isEmpty() ? noun + "/1" : noun + "-" + verb + "/1";
  }

  @Override
  public void drawText(Page page) {
    page.line(sentence);
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("sentence", sentence);
  }
}
