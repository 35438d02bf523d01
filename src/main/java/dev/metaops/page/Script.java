package dev.metaops.page;

import tools.jackson.databind.node.ObjectNode;

/** A shell script to be sourced. Its lines are ours, so they are drawn as they are. */
public record Script(String text) implements Picture {
  @Override
  public String shape() {
    return "completion/1";
  }

  @Override
  public void drawText(Page page) {
    text.lines().forEach(page::raw);
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("script", text);
  }
}
