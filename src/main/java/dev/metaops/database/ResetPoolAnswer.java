package dev.metaops.database;

import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.journal.JournalKind;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.pool.PoolFile;
import dev.metaops.pool.PoolReset;
import dev.metaops.pool.PoolSeen;
import dev.metaops.process.ServiceRecord;
import dev.metaops.reach.Reach;
import dev.metaops.time.Ages;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code db reset-pool}: asks the process that serves with this data directory, and waits until it
 * says what it did. Needs no database; ends no session but those of that pool.
 */
final class ResetPoolAnswer {
  private static final Duration MOST = Duration.ofSeconds(8);
  private static final Duration BETWEEN = Duration.ofMillis(100);

  private final Conversation conversation;
  private final Path directory;
  private final PoolFile file;

  ResetPoolAnswer(Conversation conversation) {
    this.conversation = conversation;
    this.directory = conversation.settings().environment().dataDirectory();
    this.file = new PoolFile(directory);
  }

  Answer answer() {
    Instant now = conversation.ticker().now();
    Optional<PoolSeen> seen = file.read();
    if (seen.filter(pool -> pool.isFresh(now)).isEmpty()) {
      return couldNot(
          "no process serves with the data directory "
              + directory
              + seen.map(pool ->
                      " (the last one, "
                          + pool.process()
                          + ", was seen "
                          + Ages.of(Duration.between(pool.at(), now))
                          + " ago)")
                  .orElse("")
              + ", so there is no pool to renew (run this where serve runs, as its user and with"
              + " its METAOPS_DATA_DIR; is it up: metaops listener status)");
    }
    String request = UUID.randomUUID().toString();
    String recorded = recorded(seen.get(), request);
    try {
      file.ask(request);
      Optional<PoolReset> reset = awaited(request);
      if (reset.isEmpty()) {
        file.forget();
      }
      return reset
          .map(done -> answer(seen.get(), done, recorded))
          .orElseGet(() ->
              couldNot(
                  "process "
                      + seen.get().process()
                      + " serves and did not answer: it hangs or has just ended (metaops listener"
                      + " status)"));
    } catch (IOException unwritable) {
      return couldNot("serve could not be asked: " + unwritable);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return couldNot("serve was asked, and nobody waited for its answer");
    }
  }

  private Optional<PoolReset> awaited(String request) throws InterruptedException {
    Deadline deadline = Reach.deadline(conversation).atMost(MOST);
    while (!deadline.hasPassed()) {
      Optional<PoolReset> reset =
          file.read().flatMap(PoolSeen::reset).filter(done -> done.request().equals(request));
      if (reset.isPresent()) {
        return reset;
      }
      conversation.ticker().rest(BETWEEN);
    }
    return Optional.empty();
  }

  /** Before anything is touched. */
  private String recorded(PoolSeen pool, String request) {
    try {
      Reach.journal(conversation)
          .append(
              JournalKind.POOL_RESET,
              Actor.name(),
              Map.of(
                  "database",
                  pool.place(),
                  "process",
                  Long.toString(pool.process()),
                  "request",
                  request));
      return new ServiceRecord(conversation).merged();
    } catch (JournalUnavailable unwritten) {
      return "NOT RECORDED: " + unwritten.sentence();
    }
  }

  private static Answer answer(PoolSeen pool, PoolReset reset, String recorded) {
    return Answer.of(
        reset.trouble().isEmpty() ? ExitCode.FINE : ExitCode.COULD_NOT,
        new Screen(pool, reset, recorded));
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("db", "reset-pool", sentence);
  }

  private record Screen(PoolSeen pool, PoolReset reset, String recorded) implements Picture {
    @Override
    public String shape() {
      return "db-reset-pool/1";
    }

    @Override
    public void drawText(Page page) {
      page.line(
          Ink.STRONG,
          "process "
              + pool.process()
              + " renewed its pool: "
              + reset.closed()
              + " idle closed, "
              + reset.takenBack().size()
              + " taken back, "
              + reset.kept().size()
              + " in use and closed when they come back");
      reset.takenBack().forEach(holder -> page.line("taken back from " + Page.printable(holder)));
      reset.kept().forEach(holder -> page.line("in use by " + Page.printable(holder)));
      page.line(
          reset.trouble().isEmpty() ? Ink.PLAIN : Ink.WARNING,
          reset.trouble().isEmpty()
              ? "a new connection to " + pool.place() + " answers"
              : "no new connection could be opened, the pool tries again with each use: "
                  + Page.printable(reset.trouble()));
      page.line(Ink.FAINT, recorded);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("process", pool.process())
          .put("database", pool.place())
          .put("at", reset.at().toString())
          .put("closed", reset.closed())
          .put("record", recorded);
      ArrayNode taken = into.putArray("taken_back");
      reset.takenBack().forEach(taken::add);
      ArrayNode kept = into.putArray("kept");
      reset.kept().forEach(kept::add);
      if (!reset.trouble().isEmpty()) {
        into.put("trouble", reset.trouble());
      }
    }
  }
}
