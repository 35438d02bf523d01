package dev.metaops.intervention;

import dev.metaops.audit.RecordStore;
import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.FreezeCommand;
import dev.metaops.freeze.FreezeStore;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.JournalEntry;
import dev.metaops.journal.JournalUnavailable;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.Reach;
import dev.metaops.restore.WentBack;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers {@code freeze} and {@code unfreeze}: into the local journal first, so that nothing that
 * is down can stop it, then into the orders database if that answers.
 */
public final class FreezeAnswers implements Answers<FreezeCommand> {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

  /** Where a freeze or its lifting stands now. */
  private sealed interface Recorded {
    record InDatabase(Optional<FreezeStore.Held> stillHeld) implements Recorded {}

    record LocallyOnly(String why) implements Recorded {}

    record Nowhere(String why) implements Recorded {}
  }

  @Override
  public Answer to(FreezeCommand command, Conversation conversation) {
    List<String> notes = new ArrayList<>();
    LocalFreeze local = Reach.localFreeze(conversation);
    Optional<JournalEntry> entry = Optional.empty();
    String journalTrouble = "";
    try {
      entry = Optional.of(journalled(command, local));
    } catch (JournalUnavailable e) {
      journalTrouble = e.sentence();
      notes.add(journalTrouble);
    }
    Recorded recorded = inDatabase(command, conversation, local, entry, journalTrouble);
    return new Answer(exit(command, recorded), new Screen(command.name(), recorded), notes);
  }

  private static JournalEntry journalled(FreezeCommand command, LocalFreeze local)
      throws JournalUnavailable {
    return switch (command) {
      case FreezeCommand.Freeze freeze -> local.freeze(Actor.name(), reason(freeze.reason()));
      case FreezeCommand.Unfreeze unfreeze ->
          local.unfreeze(Actor.name(), reason(unfreeze.reason()));
    };
  }

  private static String reason(Optional<String> given) {
    return given.orElse("no reason given");
  }

  private static Recorded inDatabase(
      FreezeCommand command,
      Conversation conversation,
      LocalFreeze local,
      Optional<JournalEntry> entry,
      String journalTrouble) {
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops " + command.name(), conversation.ticker());
    if (database.isEmpty()) {
      return notInDatabase(entry, "no orders database is configured over SQL", journalTrouble);
    }
    Deadline deadline = Reach.deadline(conversation).atMost(LONGEST_WAIT);
    try (Connection connection = database.get().connect(deadline)) {
      var store = new FreezeStore(connection);
      if (entry.isPresent()) {
        store.merge(local);
      } else {
        directly(command, store, conversation.ticker().now());
      }
      new RecordStore(connection).sealStep();
      return new Recorded.InDatabase(stillHeld(command, store));
    } catch (SQLException e) {
      return notInDatabase(
          entry, "the orders database gives no answer: " + DatabaseWords.of(e), journalTrouble);
    } catch (JournalUnavailable e) {
      return notInDatabase(entry, e.sentence(), journalTrouble);
    }
  }

  private static void directly(FreezeCommand command, FreezeStore store, Instant now)
      throws SQLException {
    String id = UUID.randomUUID().toString();
    switch (command) {
      case FreezeCommand.Freeze freeze ->
          store.freeze(id, Actor.name(), reason(freeze.reason()), now);
      case FreezeCommand.Unfreeze unfreeze ->
          store.unfreeze(id, Actor.name(), reason(unfreeze.reason()), now);
    }
  }

  /** A person lifts what holds now, also what a machine with a faster clock recorded. */
  private static Optional<FreezeStore.Held> stillHeld(FreezeCommand command, FreezeStore store)
      throws SQLException {
    return switch (command) {
      case FreezeCommand.Freeze _ -> store.newest();
      case FreezeCommand.Unfreeze unfreeze -> {
        Optional<FreezeStore.Held> ahead = store.newest();
        if (ahead.isPresent()) {
          store.unfreeze(
              UUID.randomUUID().toString(),
              Actor.name(),
              reason(unfreeze.reason()),
              ahead.get().at());
        }
        yield store.newest();
      }
    };
  }

  private static Recorded notInDatabase(
      Optional<JournalEntry> entry, String why, String journalTrouble) {
    return entry.isPresent()
        ? new Recorded.LocallyOnly(why)
        : new Recorded.Nowhere(journalTrouble + "; " + why);
  }

  private static ExitCode exit(FreezeCommand command, Recorded recorded) {
    return switch (recorded) {
      case Recorded.InDatabase(Optional<FreezeStore.Held> held) ->
          command instanceof FreezeCommand.Unfreeze && held.isPresent()
              ? ExitCode.WARNING
              : ExitCode.FINE;
      case Recorded.LocallyOnly _ -> ExitCode.FINE;
      case Recorded.Nowhere _ -> ExitCode.COULD_NOT;
    };
  }

  private record Screen(String verb, Recorded recorded) implements Picture {
    @Override
    public String shape() {
      return verb + "/1";
    }

    private String sentence() {
      boolean isFreeze = verb.equals("freeze");
      String holds =
          isFreeze
              ? "frozen: metaops writes no order row until lifted"
              : "not frozen: metaops writes order rows again";
      return switch (recorded) {
        case Recorded.InDatabase(Optional<FreezeStore.Held> held) ->
            isFreeze || held.isEmpty()
                ? holds + " (recorded in the orders database)"
                : "still frozen: "
                    + held.get().actor()
                    + " froze it again at "
                    + held.get().at()
                    + " ("
                    + held.get().reason()
                    + "); "
                    + (WentBack.isFreeze(held.get().id())
                        ? "that takes: metaops db restored --to TIME-OF-THE-BACKUP"
                        : "run metaops unfreeze again to lift that too");
        case Recorded.LocallyOnly(String why) ->
            isFreeze
                ? holds
                    + " (recorded in the local journal only: "
                    + why
                    + "; serve on this machine obeys at once, others when it can be merged)"
                : "lifted on this machine (recorded in the local journal only: "
                    + why
                    + "; a freeze in the orders database holds until this can be merged)";
        case Recorded.Nowhere(String why) ->
            (isFreeze ? "NOT frozen" : "NOT lifted") + ": it could be recorded nowhere: " + why;
      };
    }

    @Override
    public void drawText(Page page) {
      page.line(
          switch (recorded) {
            case Recorded.InDatabase _ -> Ink.STRONG;
            case Recorded.LocallyOnly _ -> Ink.WARNING;
            case Recorded.Nowhere _ -> Ink.BAD;
          },
          sentence());
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("sentence", sentence())
          .put(
              "recorded_in",
              switch (recorded) {
                case Recorded.InDatabase _ -> "orders-database";
                case Recorded.LocallyOnly _ -> "local-journal";
                case Recorded.Nowhere _ -> "nowhere";
              });
    }
  }
}
