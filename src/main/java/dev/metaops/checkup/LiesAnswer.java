package dev.metaops.checkup;

import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.HealthCommand;
import dev.metaops.ledger.LieStore;
import dev.metaops.look.ChainRecord;
import dev.metaops.page.Clock;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code health blockchain --lies}: what nodes said that was not so, with the evidence. */
final class LiesAnswer {
  /** Of each text on a screen; JSON has all of it. */
  private static final int MOST_SHOWN = 300;

  private LiesAnswer() {}

  static Answer of(HealthCommand.Lies command, Conversation conversation) {
    if (conversation.settings().orders().door().isEmpty()) {
      return couldNot(Books.NO_ORDERS);
    }
    try (Books books = Books.open(conversation, "metaops health", Reach.deadline(conversation))) {
      if (books.ledger().isEmpty()) {
        return couldNot("there is no ledger: " + books.without());
      }
      LieStore lies = books.ledger().get().lies();
      return Answer.of(
          ExitCode.FINE,
          new Screen(
              conversation.ticker().now(),
              command,
              lies.count(command.provider()),
              lies.newest(command.provider(), command.listing().limit())));
    } catch (SQLException failure) {
      return couldNot(DatabaseWords.of(failure));
    }
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("health", "blockchain", "UNKNOWN: who lied is not known: " + why);
  }

  private record Screen(
      Instant now, HealthCommand.Lies command, long count, List<LieStore.Kept> lies)
      implements Picture {
    @Override
    public String shape() {
      return "provider-lies/1";
    }

    @Override
    public void drawText(Page page) {
      String whose = command.provider().map(name -> " of " + name).orElse("");
      page.line(
          count == 0 ? Ink.GOOD : Ink.WARNING,
          count == 0
              ? "No lie" + whose + " was kept"
              : count + (count == 1 ? " lie" : " lies") + whose + " kept, newest first");
      for (LieStore.Kept lie : lies) {
        page.blank();
        page.line(
            Ink.STRONG,
            Clock.since(lie.at(), now)
                + " "
                + lie.provider()
                + " "
                + ChainRecord.words(lie.kind()));
        page.line("  asked     " + clipped(lie.request()));
        page.line("  said      " + clipped(lie.answer()));
        page.line("  expected  " + clipped(lie.expected()));
      }
      if (lies.size() < count) {
        page.blank();
        page.line(Ink.FAINT, "shown " + lies.size() + " of " + count + "; --limit N shows more");
      }
    }

    private static String clipped(String text) {
      return text.length() <= MOST_SHOWN
          ? text
          : text.substring(0, MOST_SHOWN)
              + "… (-o json shows all "
              + text.length()
              + " characters)";
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString()).put("count", count);
      ArrayNode all = into.putArray("lies");
      for (LieStore.Kept lie : lies) {
        all.addObject()
            .put("at", lie.at().toString())
            .put("provider", lie.provider())
            .put("kind", lie.kind())
            .put("request", lie.request())
            .put("answer", lie.answer())
            .put("expected", lie.expected());
      }
    }
  }
}
