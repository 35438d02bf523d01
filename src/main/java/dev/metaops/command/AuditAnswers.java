package dev.metaops.command;

import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.AuditExport;
import dev.metaops.audit.AuditReport;
import dev.metaops.audit.Checkpoint;
import dev.metaops.audit.CheckpointHistory;
import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.Damage;
import dev.metaops.audit.Discrepancy;
import dev.metaops.audit.ExportedLog;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Selection;
import dev.metaops.audit.VerifierKey;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrdersStore;
import dev.metaops.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Answers {@code audit}. */
public final class AuditAnswers implements Answers<AuditCommand> {
  static final String NO_SQL =
      "the orders database is configured through Supabase's REST door, which this command cannot"
          + " use yet: set DATABASE_URL";

  @Override
  public Answer to(AuditCommand command, Conversation conversation) {
    String verb = command.name().substring("audit ".length());
    try {
      return command instanceof AuditCommand.Verify(Optional<Path> from, List<String> keys)
              && from.isPresent()
          ? exported(from.get(), keys, conversation)
          : ofDatabase(command, verb, conversation);
    } catch (SQLException e) {
      Answer answer = Answer.couldNot("audit", verb, "UNKNOWN: " + DatabaseWords.of(e));
      return new Answer(answer.exit(), answer.picture(), new LocalRecord(conversation).told());
    } catch (IOException e) {
      return Answer.couldNot("audit", verb, "UNKNOWN: " + words(e));
    } catch (Misconfigured e) {
      return Answer.couldNot("audit", verb, String.valueOf(e.getMessage()));
    }
  }

  static String words(IOException failure) {
    return failure.getClass() == IOException.class
        ? String.valueOf(failure.getMessage())
        : failure.getClass().getSimpleName() + " " + failure.getMessage();
  }

  private static Answer ofDatabase(AuditCommand command, String verb, Conversation conversation)
      throws SQLException, IOException {
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops " + command.name(), conversation.ticker());
    if (database.isEmpty()) {
      return Answer.couldNot("audit", verb, NO_SQL);
    }
    try (Connection connection = database.get().connect(Reach.deadline(conversation))) {
      return switch (command) {
        case AuditCommand.Entries entries -> entries(connection, entries, conversation);
        case AuditCommand.Verify verify -> verified(connection, verify, conversation);
        case AuditCommand.Export(Path directory) -> export(connection, directory, conversation);
        case AuditCommand.Claim claim -> claimed(connection, claim, conversation);
        case AuditCommand.Key(AuditCommand.Key.Change change) ->
            key(connection, change, conversation);
      };
    }
  }

  private static boolean isDry(Conversation conversation) {
    return conversation.shared().purpose() == Shared.Purpose.DRY_RUN;
  }

  private static Path dataDirectory(Conversation conversation) {
    return conversation.settings().environment().dataDirectory();
  }

  private static List<VerifierKey> keys(List<String> texts) {
    try {
      return texts.stream().map(VerifierKey::parse).toList();
    } catch (IllegalArgumentException wrong) {
      throw new Misconfigured("--key: not " + wrong.getMessage(), wrong);
    }
  }

  private static Answer verified(
      Connection connection, AuditCommand.Verify command, Conversation conversation)
      throws SQLException, IOException {
    var records = new RecordStore(connection);
    var kept = AuditDirectory.of(dataDirectory(conversation), records.logId());
    CheckpointHistory history =
        command.keys().isEmpty()
            ? kept.history()
            : CheckpointHistory.judged(kept.origin(), kept.notes(), keys(command.keys()));
    Optional<String> database = records.database();
    List<Path> before =
        database.isEmpty() ? List.of() : AuditDirectory.before(kept, database.get());
    if (!before.isEmpty()) {
      history = history.with(renamed(before.getLast()));
    }
    AuditReport report = records.verify(history);
    Answer answer = VerifiedRecord.answer(report, Optional.of(new OrdersStore(connection).now()));
    List<Path> others = AuditDirectory.beside(kept);
    return others.isEmpty() || !before.isEmpty()
        ? answer
        : new Answer(
            answer.exit(),
            answer.picture(),
            List.of(
                "checkpoints of "
                    + others.size()
                    + (others.size() == 1 ? " other log are" : " other logs are")
                    + " kept here too: if no other database is recorded on this machine, the name"
                    + " of this one's log was changed, and they cover what it was: "
                    + others.getLast()));
  }

  private static Discrepancy renamed(Path before) {
    return new Discrepancy(
        Damage.RENAMED,
        OptionalLong.empty(),
        OptionalLong.empty(),
        "this very database had a log of another name, whose checkpoints are in "
            + before
            + ": somebody changed metaops.audit_log or removed the schema, and what the old"
            + " checkpoints cover is not vouched for here (was it installed anew on purpose, move"
            + " that directory away)");
  }

  private static Answer exported(Path directory, List<String> keys, Conversation conversation)
      throws IOException {
    List<VerifierKey> known =
        keys.isEmpty() ? AuditDirectory.allKeys(dataDirectory(conversation)) : keys(keys);
    return new ExportedLog(directory, known)
        .check()
        .map(report -> VerifiedRecord.answer(report, Optional.empty()))
        .orElseGet(() ->
            Answer.couldNot(
                "audit",
                "verify",
                "UNKNOWN: " + directory + " holds no export (expected: checkpoint, tile/)"));
  }

  private static Answer export(Connection connection, Path directory, Conversation conversation)
      throws SQLException, IOException {
    if (isDry(conversation)) {
      return Answer.of(
          ExitCode.FINE, new Sentence("audit", "export", "nothing was written to " + directory));
    }
    var records = new RecordStore(connection);
    Path data = dataDirectory(conversation);
    if (new Checkpointer(data, conversation.ticker()).now(records)
        instanceof Checkpointer.Outcome.Refused(Discrepancy why)) {
      return broken("export", why);
    }
    var export = new AuditExport(directory, AuditDirectory.of(data, records.logId()));
    return switch (export.write(records)) {
      case AuditExport.Outcome.Written(Checkpoint checkpoint, long longEntries) ->
          Answer.of(ExitCode.FINE, new ExportedRecord(directory, checkpoint, longEntries));
      case AuditExport.Outcome.Refused(String why) -> Answer.refused("audit", "export", why);
      case AuditExport.Outcome.Damaged(String why) ->
          Answer.of(ExitCode.CRITICAL, new Sentence("audit", "export", why));
    };
  }

  private static Answer broken(String verb, Discrepancy why) {
    return Answer.of(
        ExitCode.CRITICAL,
        new Sentence(
            "audit",
            verb,
            "THE RECORD IS NOT WHAT ITS LAST CHECKPOINT SAYS: "
                + why.sentence()
                + " (metaops audit verify)"));
  }

  private static Answer claimed(
      Connection connection, AuditCommand.Claim command, Conversation conversation)
      throws SQLException {
    var records = new RecordStore(connection);
    Instant since = command.since().from(new OrdersStore(connection).now());
    long count;
    if (isDry(conversation)) {
      count = records.unclaimed(command.login(), since);
    } else {
      count = records.claim(command.login(), since, Actor.name(), command.reason());
      records.sealStep();
    }
    return Answer.of(
        ExitCode.FINE,
        new ClaimedEdits(
            command,
            since,
            Actor.name(),
            count,
            isDry(conversation) ? ClaimedEdits.Done.WOULD_BE : ClaimedEdits.Done.IS));
  }

  private static Answer key(
      Connection connection, AuditCommand.Key.Change change, Conversation conversation)
      throws SQLException, IOException {
    var records = new RecordStore(connection);
    Path data = dataDirectory(conversation);
    var kept = AuditDirectory.of(data, records.logId());
    if (change == AuditCommand.Key.Change.ROTATE && !isDry(conversation)) {
      switch (new Checkpointer(data, conversation.ticker()).rotate(records)) {
        case Checkpointer.Outcome.Refused(Discrepancy why) -> {
          return broken("key", why);
        }
        case Checkpointer.Outcome.Nothing() -> {
          return Answer.couldNot(
              "audit", "key", "another process was just keeping a checkpoint: try again");
        }
        case Checkpointer.Outcome.Written(Checkpoint _) -> {}
      }
    }
    List<VerifierKey> keys = kept.keys();
    return keys.isEmpty()
        ? Answer.couldNot(
            "audit",
            "key",
            "no key signs checkpoints here yet: metaops serve makes it with the first record")
        : Answer.of(ExitCode.FINE, new CheckpointKeys(keys, kept.path()));
  }

  private static Answer entries(
      Connection connection, AuditCommand.Entries command, Conversation conversation)
      throws SQLException {
    List<String> local = new LocalRecord(conversation).mergedOrTold(connection);
    Instant now = new OrdersStore(connection).now();
    Selection selection = Selection.since(now.minus(command.window()));
    if (command.order().isPresent()) {
      OrderName name = command.order().get();
      switch (new OrdersStore(connection).find(name.text())) {
        case Match.One(var row) -> selection = selection.ofOrder(row.id());
        // What was deleted is still in the record, under its full id.
        case Match.None() -> selection = selection.ofOrder(name.text());
        case Match.Several(var ids) -> {
          return Answer.couldNot(
              "audit",
              "list",
              name.text()
                  + " begins several orders: "
                  + String.join(", ", ids)
                  + " (give more of it)");
        }
      }
    }
    var store = new RecordStore(connection);
    return new Answer(
        ExitCode.FINE,
        new ListedRecords(
            command,
            store.list(selection, Selection.Sequence.NEWEST_FIRST, command.listing().limit()),
            store.count(selection),
            now),
        local);
  }
}
