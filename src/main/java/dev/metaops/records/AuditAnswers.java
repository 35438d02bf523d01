package dev.metaops.records;

import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.AuditExport;
import dev.metaops.audit.AuditReport;
import dev.metaops.audit.Checkpoint;
import dev.metaops.audit.CheckpointHistory;
import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.Damage;
import dev.metaops.audit.Discrepancy;
import dev.metaops.audit.ExportedLog;
import dev.metaops.audit.LogHome;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Selection;
import dev.metaops.audit.VerifierKey;
import dev.metaops.command.Actor;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderName;
import dev.metaops.command.Shared;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrdersStore;
import dev.metaops.page.Sentence;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.Reach;
import dev.metaops.store.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Answers {@code audit}. */
public final class AuditAnswers implements Answers<AuditCommand> {
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
      return Answer.couldNot("audit", verb, "UNKNOWN: " + DatabaseWords.of(e));
    } catch (Misconfigured e) {
      return Answer.couldNot("audit", verb, String.valueOf(e.getMessage()));
    }
  }

  private static Answer ofDatabase(AuditCommand command, String verb, Conversation conversation)
      throws SQLException, IOException {
    if (command instanceof AuditCommand.Claim claim) {
      return ofOrders(claim, verb, conversation);
    }
    try (AuditLogs logs = AuditLogs.open(conversation, "metaops " + command.name())) {
      if (logs.opened().isEmpty()) {
        Answer answer = Answer.couldNot("audit", verb, logs.nothing());
        return new Answer(answer.exit(), answer.picture(), new LocalRecord(conversation).told());
      }
      Answer answer =
          switch (command) {
            case AuditCommand.Entries entries -> entries(logs, entries, conversation);
            case AuditCommand.Verify verify -> verified(logs, verify, conversation);
            case AuditCommand.Export(Path directory) -> export(logs, directory, conversation);
            case AuditCommand.Key(AuditCommand.Key.Change change) ->
                key(logs, change, conversation);
            case AuditCommand.Claim claim -> ofOrders(claim, verb, conversation);
          };
      var notes = new ArrayList<>(logs.notes());
      notes.addAll(answer.notes());
      return new Answer(answer.exit(), answer.picture(), notes);
    }
  }

  private static Answer ofOrders(AuditCommand.Claim claim, String verb, Conversation conversation)
      throws SQLException {
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops " + claim.name(), conversation.ticker());
    if (database.isEmpty()) {
      return Answer.couldNot("audit", verb, DatabaseWords.NO_SQL);
    }
    try (Connection connection = database.get().connect(Reach.deadline(conversation))) {
      return claimed(connection, claim, conversation);
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
      AuditLogs logs, AuditCommand.Verify command, Conversation conversation) {
    List<VerifierKey> believed = keys(command.keys());
    var verified = new ArrayList<VerifiedLogs.Log>();
    var unread = new ArrayList<>(logs.unread());
    var notes = new ArrayList<String>();
    for (AuditLogs.Opened log : logs.opened()) {
      try {
        verified.add(verified(log, believed, conversation, notes));
      } catch (SQLException failure) {
        unread.add(new AuditLogs.Unread(log.home(), DatabaseWords.of(failure)));
      } catch (IOException failure) {
        unread.add(new AuditLogs.Unread(log.home(), DatabaseWords.of(failure)));
      }
    }
    var picture = new VerifiedLogs(verified, unread);
    return new Answer(picture.exit(), picture, notes);
  }

  private static VerifiedLogs.Log verified(
      AuditLogs.Opened log,
      List<VerifierKey> believed,
      Conversation conversation,
      List<String> notes)
      throws SQLException, IOException {
    RecordStore records = log.records();
    var kept = AuditDirectory.of(dataDirectory(conversation), records);
    CheckpointHistory history =
        believed.isEmpty()
            ? kept.history()
            : CheckpointHistory.judged(kept.origin(), kept.notes(), believed);
    Optional<String> database = records.database();
    List<Path> before =
        database.isEmpty() ? List.of() : AuditDirectory.before(kept, database.get());
    if (!before.isEmpty()) {
      history = history.with(renamed(before.getLast()));
    }
    AuditReport report = records.verify(history);
    List<Path> others = AuditDirectory.beside(kept);
    if (!others.isEmpty() && before.isEmpty()) {
      notes.add(
          "checkpoints of "
              + others.size()
              + (others.size() == 1 ? " other log are" : " other logs are")
              + " kept here too: if no other database is recorded on this machine, the name"
              + " of this one's log was changed, and they cover what it was: "
              + others.getLast());
    }
    return VerifiedLogs.log(
        log.home(), report, Optional.of(new OrdersStore(log.connection()).now()));
  }

  private static Discrepancy renamed(Path before) {
    return new Discrepancy(
        Damage.RENAMED,
        OptionalLong.empty(),
        OptionalLong.empty(),
        "this very database had a log of another name, whose checkpoints are in "
            + before
            + ": somebody changed its audit_log or removed the schema, and what the old"
            + " checkpoints cover is not vouched for here (was it installed anew on purpose, move"
            + " that directory away)");
  }

  /** One export, or a directory with one of each log. */
  private static Answer exported(Path directory, List<String> keys, Conversation conversation)
      throws IOException {
    List<VerifierKey> known =
        keys.isEmpty() ? AuditDirectory.allKeys(dataDirectory(conversation)) : keys(keys);
    var verified = new ArrayList<VerifiedLogs.Log>();
    for (LogHome home : LogHome.values()) {
      new ExportedLog(directory.resolve(home.word()), known)
          .check()
          .ifPresent(report -> verified.add(VerifiedLogs.log(home, report, Optional.empty())));
    }
    Optional<AuditReport> only =
        verified.isEmpty() ? new ExportedLog(directory, known).check() : Optional.empty();
    if (only.isPresent()) {
      verified.add(VerifiedLogs.log(ExportedLog.home(directory), only.get(), Optional.empty()));
    }
    if (verified.isEmpty()) {
      return Answer.couldNot(
          "audit",
          "verify",
          "UNKNOWN: "
              + directory
              + " holds no export (expected: orders/ or ops/ with checkpoint"
              + " and tile/)");
    }
    var picture = new VerifiedLogs(verified, List.of());
    return Answer.of(picture.exit(), picture);
  }

  private static Answer export(AuditLogs logs, Path directory, Conversation conversation)
      throws SQLException, IOException {
    if (isDry(conversation)) {
      return Answer.of(
          ExitCode.FINE, new Sentence("audit", "export", "nothing was written to " + directory));
    }
    Path data = dataDirectory(conversation);
    if (AuditExport.isTaken(directory)) {
      return Answer.refused(
          "audit", "export", directory + " is there already and not an empty directory");
    }
    var written = new ArrayList<ExportedRecord.Log>();
    var unread = new ArrayList<>(logs.unread());
    for (AuditLogs.Opened log : logs.opened()) {
      if (new Checkpointer(data, conversation.ticker()).now(log.records())
          instanceof Checkpointer.Outcome.Refused(Discrepancy why)) {
        return broken("export", log.home(), why);
      }
      Path target = directory.resolve(log.home().word());
      switch (new AuditExport(target, AuditDirectory.of(data, log.records()))
          .write(log.records())) {
        case AuditExport.Outcome.Written(Checkpoint checkpoint, long longEntries) ->
            written.add(new ExportedRecord.Log(log.home(), target, checkpoint, longEntries));
        case AuditExport.Outcome.Refused(String why) -> {
          // Of a log in which nothing was ever written down there is nothing to export.
          if (log.records().count(Selection.since(Instant.EPOCH)) > 0) {
            return Answer.refused("audit", "export", why);
          }
        }
        case AuditExport.Outcome.Damaged(String why) -> {
          return Answer.of(ExitCode.CRITICAL, new Sentence("audit", "export", why));
        }
      }
    }
    if (written.isEmpty()) {
      return Answer.refused(
          "audit", "export", "no checkpoint is kept here, so there is nothing to export");
    }
    return Answer.of(
        unread.isEmpty() ? ExitCode.FINE : ExitCode.COULD_NOT,
        new ExportedRecord(directory, written, unread));
  }

  private static Answer broken(String verb, LogHome home, Discrepancy why) {
    return Answer.of(
        ExitCode.CRITICAL,
        new Sentence(
            "audit",
            verb,
            "THE RECORD IS NOT WHAT ITS LAST CHECKPOINT SAYS ("
                + home.words()
                + "): "
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
      AuditLogs logs, AuditCommand.Key.Change change, Conversation conversation)
      throws SQLException, IOException {
    Path data = dataDirectory(conversation);
    var shown = new ArrayList<CheckpointKeys.Log>();
    for (AuditLogs.Opened log : logs.opened()) {
      if (change == AuditCommand.Key.Change.ROTATE && !isDry(conversation)) {
        switch (new Checkpointer(data, conversation.ticker()).rotate(log.records())) {
          case Checkpointer.Outcome.Refused(Discrepancy why) -> {
            return broken("key", log.home(), why);
          }
          case Checkpointer.Outcome.Nothing() -> {
            return Answer.couldNot(
                "audit", "key", "another process was just keeping a checkpoint: try again");
          }
          case Checkpointer.Outcome.Written(Checkpoint _) -> {}
        }
      }
      var kept = AuditDirectory.of(data, log.records());
      List<VerifierKey> keys = kept.keys();
      if (!keys.isEmpty()) {
        shown.add(new CheckpointKeys.Log(log.home(), keys, kept.path()));
      }
    }
    return shown.isEmpty()
        ? Answer.couldNot(
            "audit",
            "key",
            "no key signs checkpoints here yet: metaops serve makes it with the first record")
        : new Answer(
            ExitCode.FINE,
            new CheckpointKeys(shown),
            logs.unread().stream().map(AuditLogs.Unread::sentence).toList());
  }

  private static Answer entries(
      AuditLogs logs, AuditCommand.Entries command, Conversation conversation) throws SQLException {
    Optional<AuditLogs.Opened> orders = logs.of(LogHome.ORDERS);
    var local = new LocalRecord(conversation);
    List<String> told =
        orders.isPresent() ? local.mergedOrTold(orders.get().connection()) : local.told();
    Instant now = new OrdersStore(logs.opened().getFirst().connection()).now();
    Selection selection = Selection.since(now.minus(command.window()));
    if (command.order().isPresent()) {
      OrderName name = command.order().get();
      Match match =
          orders.isPresent()
              ? new OrdersStore(orders.get().connection()).find(name.text())
              : new Match.None();
      switch (match) {
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
    var listed = new ArrayList<ListedRecords.Listed>();
    long total = 0;
    int limit = command.listing().limit();
    for (AuditLogs.Opened log : logs.opened()) {
      log.records().list(selection, Selection.Sequence.NEWEST_FIRST, limit).stream()
          .map(record -> new ListedRecords.Listed(log.home(), record))
          .forEach(listed::add);
      total += log.records().count(selection);
    }
    listed.sort(ListedRecords.NEWEST_FIRST);
    return new Answer(
        exit(logs.unread()),
        new ListedRecords(
            command, listed.subList(0, Math.min(limit, listed.size())), total, logs.unread(), now),
        told);
  }

  /** What the list is about has to be there; what else is missing is said. */
  private static ExitCode exit(List<AuditLogs.Unread> unread) {
    return unread.stream()
        .map(one ->
            switch (one.home()) {
              case ORDERS -> ExitCode.COULD_NOT;
              case OPS -> ExitCode.WARNING;
            })
        .reduce(ExitCode.FINE, ExitCode::worst);
  }
}
