package dev.metaops.records;

import dev.metaops.command.AuditCommand;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code audit claim} put on record, drawn.
 *
 * @param count edits that nobody claimed before
 */
record ClaimedEdits(AuditCommand.Claim command, Instant since, String by, long count, Done done)
    implements Picture {
  /** Whether it was done. */
  enum Done {
    IS,
    WOULD_BE
  }

  @Override
  public String shape() {
    return "audit-claim/1";
  }

  @Override
  public void drawText(Page page) {
    String edits = (count == 1 ? " edit of " : " edits of ") + command.login() + " since " + since;
    if (count == 0) {
      page.line("No edit of " + command.login() + " since " + since + " is without a claim.");
      return;
    }
    page.line(
        Ink.GOOD,
        count
            + edits
            + switch (done) {
              case IS -> (count == 1 ? " is" : " are") + " on record as done by ";
              case WOULD_BE -> " would go on record as done by ";
            }
            + by
            + ": "
            + command.reason());
  }

  @Override
  public void drawJson(ObjectNode into) {
    into.put("login", command.login())
        .put("since", since.toString())
        .put("by", by)
        .put("reason", command.reason())
        .put("claimed", count)
        .put("dry", done == Done.WOULD_BE);
  }
}
