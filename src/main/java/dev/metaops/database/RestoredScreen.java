package dev.metaops.database;

import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import tools.jackson.databind.node.ObjectNode;

/** A restoration, drawn. */
record RestoredScreen(
    RestoredFacts facts, Conversation conversation, ExitCode exit, String end, boolean isDone)
    implements Picture {
  @Override
  public String shape() {
    return "db-restored/1";
  }

  @Override
  public void drawText(Page page) {
    facts.lines(conversation).forEach(line -> page.line(Ink.PLAIN, line));
    page.line(isDone ? Ink.GOOD : Ink.STRONG, end);
    if (isDone && !facts.isComplete()) {
      page.line(Ink.WARNING, "next: what is listed above is left for people to do");
    }
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("backup", facts.backup().toString())
        .put("restored", isDone)
        .put("complete", facts.isComplete())
        .put("unread_blocks", facts.unread())
        .put("sentence", end);
    facts.drawLoss(into);
  }
}
