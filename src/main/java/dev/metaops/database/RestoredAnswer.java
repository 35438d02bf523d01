package dev.metaops.database;

import dev.metaops.audit.AuditReport;
import dev.metaops.audit.Boundary;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Verdict;
import dev.metaops.command.Answer;
import dev.metaops.command.Confirmation;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.DatabaseCommand;
import dev.metaops.command.EventsCommand;
import dev.metaops.command.ExitCode;
import dev.metaops.events.ResyncAnswer;
import dev.metaops.page.Sentence;
import dev.metaops.plan.Standing;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.reach.Reach;
import dev.metaops.restore.MarkStore;
import dev.metaops.restore.RestoreStore;
import dev.metaops.restore.Sealed;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code db restored}: somebody vouches that the orders database came back from a backup. Shows
 * what it lost, writes that down in its record and, signed, beside the checkpoints, fences off
 * whoever wrote before, and lifts the freeze. Killed anywhere, it leaves the freeze, and the same
 * line again goes on.
 */
final class RestoredAnswer {
  private static final String VERB = "restored";

  /** Longer ranges are left to the command that reads them. */
  private static final long MOST_READ_AGAIN = 2_000;

  private final DatabaseCommand.Restored command;
  private final Conversation conversation;

  RestoredAnswer(DatabaseCommand.Restored command, Conversation conversation) {
    this.command = command;
    this.conversation = conversation;
  }

  Answer answer() {
    Optional<Database> orders =
        Reach.orders(conversation.settings(), "metaops db restored", conversation.ticker());
    if (orders.isEmpty()) {
      return couldNot(
          conversation.settings().orders().door().isEmpty()
              ? Books.NO_ORDERS
              : "it needs the database itself: set DATABASE_URL");
    }
    Deadline deadline = Reach.deadline(conversation);
    try (Connection connection = orders.get().connect(deadline)) {
      var store = new RestoreStore(connection);
      return store.isThere()
          ? judged(connection, store)
          : couldNot("schema metaops is not installed here, or is older: start metaops serve once");
    } catch (SQLException failure) {
      return couldNot("UNKNOWN: " + DatabaseWords.of(failure));
    } catch (IOException failure) {
      return couldNot("UNKNOWN: " + DatabaseWords.of(failure));
    }
  }

  private Answer judged(Connection connection, RestoreStore store)
      throws SQLException, IOException {
    OrdersMemory memory = Reach.ordersMemory(conversation);
    OrdersMemory.Look look = memory.look(store);
    if (command.consent() != Consent.DRY_RUN) {
      look.freezeIfBack(store);
    }
    Optional<RestoreStore.Held> held = store.held();
    if (held.isEmpty() && !look.wentBack()) {
      if (look.blind().isPresent()) {
        return couldNot(look.blind().get());
      }
      return Answer.of(
          ExitCode.FINE,
          new Sentence(
              "db",
              VERB,
              "nothing to do: the orders database is not behind what is remembered of it"));
    }
    var records = new RecordStore(connection);
    AuditReport report = records.verify();
    if (report.verdict() == Verdict.TAMPERED) {
      return Answer.of(
          ExitCode.CRITICAL,
          new Sentence(
              "db",
              VERB,
              "NOTHING WAS CHANGED: the record is damaged in itself, which no restoration explains"
                  + " (metaops audit verify)"));
    }
    Boundary.Look kept = boundary().look(records);
    long sealsThen = held.map(RestoreStore.Held::sealsThen).orElse(look.present().mark().seals());
    Optional<String> tampered = kept.tampered(sealsThen);
    if (tampered.isPresent()) {
      return Answer.refused(
          "db",
          VERB,
          "NOTHING WAS CHANGED: TAMPERED, and no backup explains it: "
              + tampered.get()
              + ", and are dated as if they were. Keep this database as evidence (metaops audit"
              + " verify names what else is wrong), put back a backup whose record agrees, and run"
              + " this again there");
    }
    var facts = facts(memory, store, look, held, kept);
    return command.consent() == Consent.DRY_RUN
        ? screen(facts, ExitCode.FINE, "dry run: nothing was changed", false)
        : decided(connection, store, memory, facts);
  }

  private Boundary boundary() {
    return new Boundary(
        conversation.settings().environment().dataDirectory(), conversation.ticker());
  }

  private RestoredFacts facts(
      OrdersMemory memory,
      RestoreStore store,
      OrdersMemory.Look look,
      Optional<RestoreStore.Held> held,
      Boundary.Look kept)
      throws SQLException {
    List<LostRecord> lost = List.of();
    Optional<String> unknown = Optional.empty();
    try (Connection ops = memory.open()) {
      var marks = new MarkStore(ops);
      lost = marks.isThere() ? lost(marks, store, look.present().mark().log(), kept) : List.of();
    } catch (SQLException down) {
      unknown =
          Optional.of(
              "interventions to make again are not known: our own store does not answer ("
                  + DatabaseWords.of(down)
                  + ")");
    }
    return new RestoredFacts(
        command.to(),
        held,
        look,
        kept,
        store.rowless(RestoredFacts.MOST_SHOWN),
        store.rowlessCount(),
        lost,
        unknown);
  }

  private List<LostRecord> lost(MarkStore marks, RestoreStore store, String log, Boundary.Look kept)
      throws SQLException {
    List<Sealed> copies = marks.recordsAfter(log, kept.agreeing());
    Set<String> known = store.known(copies);
    var forgotten = new ArrayList<MarkStore.AppliedHere>();
    for (MarkStore.AppliedHere applied : marks.appliedSince(command.to())) {
      if (!store.remembers(applied)) {
        forgotten.add(applied);
      }
    }
    return LostRecord.of(
        copies.stream().filter(copy -> !known.contains(copy.leaf())).toList(), forgotten, store);
  }

  private Answer decided(
      Connection connection, RestoreStore store, OrdersMemory memory, RestoredFacts facts)
      throws SQLException, IOException {
    if (facts.unread() > 0) {
      return screen(
          facts,
          ExitCode.COULD_NOT,
          "NOTHING WAS CHANGED: the ledger has still to read "
              + facts.unread()
              + " blocks that it had read before; metaops serve does, and moves no row meanwhile"
              + " (then run this again)",
          false);
    }
    if (command.consent() == Consent.ASK) {
      facts.lines(conversation).forEach(line -> Confirmation.show(conversation, line));
      if (!Confirmation.isGiven(
          conversation, "Vouch for this restoration and lift the freeze? [y/N]")) {
        return screen(
            facts,
            ExitCode.WARNING,
            "NOTHING WAS CHANGED. Vouch for it: metaops db restored --to "
                + command.to()
                + " --execute",
            false);
      }
    }
    return switch (new RestoredPeople(conversation).signed(facts.signedText())) {
      case RestoredPeople.Behind.Refused(String why) ->
          Answer.refused("db", VERB, "NOTHING WAS CHANGED: " + why);
      case RestoredPeople.Behind.Waits(String why) ->
          screen(
              facts,
              ExitCode.WARNING,
              "NOTHING WAS CHANGED YET: "
                  + why
                  + " The line is: metaops db restored --to "
                  + command.to()
                  + " --execute",
              false);
      case RestoredPeople.Behind.Enough(Standing standing) ->
          done(connection, store, memory, facts, standing);
    };
  }

  /** The freeze goes last: whatever ends this, the same line again finds it and goes on. */
  private Answer done(
      Connection connection,
      RestoreStore store,
      OrdersMemory memory,
      RestoredFacts facts,
      Standing standing)
      throws SQLException, IOException {
    RestoreStore.Held held = facts.held().orElseThrow();
    var records = new RecordStore(connection);
    String actor = String.join(" and ", standing.people());
    store.recordRestored(held.id(), actor, body(facts, standing).toString());
    records.sealStep();
    switch (boundary().write(records, command.to(), actor, reason())) {
      case Boundary.Outcome.Written _, Boundary.Outcome.NotNeeded _ -> {}
      case Boundary.Outcome.Busy _ -> {
        return couldNot(
            "the boundary could not be written, another process was just keeping a checkpoint: the"
                + " freeze holds, run this again");
      }
    }
    List<String> notes = new ArrayList<>();
    try {
      memory.beginAnew(store.present(Optional.empty()), facts.kept().agreeing());
    } catch (SQLException down) {
      notes.add(
          "our own store does not answer and still remembers what is gone ("
              + DatabaseWords.of(down)
              + "): if it freezes the database again, run this again");
    }
    store.lift(held.id(), actor);
    records.sealStep();
    readAgain(held, store, notes);
    Answer answer =
        screen(
            facts,
            facts.isComplete() ? ExitCode.FINE : ExitCode.WARNING,
            "restored: "
                + actor
                + " vouched for it, the freeze is lifted, and metaops writes order rows again",
            true);
    return new Answer(answer.exit(), answer.picture(), notes);
  }

  private String reason() {
    return command.reason().orElse("no reason given");
  }

  private void readAgain(RestoreStore.Held held, RestoreStore store, List<String> notes)
      throws SQLException {
    long to = Math.min(held.remembered(), store.present(Optional.empty()).mark().settled());
    long from = Math.max(held.settled() + 1, 0);
    if (from > to) {
      return;
    }
    String line = "metaops events resync --from-block " + from + " --to-block " + to;
    if (to - from >= MOST_READ_AGAIN) {
      notes.add("to prove what was read meanwhile again: " + line);
      return;
    }
    Answer read =
        new ResyncAnswer(new EventsCommand.Resync(from, Optional.of(to)), conversation).answer();
    if (read.exit() != ExitCode.FINE) {
      notes.add("what was read meanwhile was not all read again: " + line);
    }
  }

  private ObjectNode body(RestoredFacts facts, Standing standing) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("backup", command.to().toString())
        .put("reason", reason())
        .put("signed", facts.signedText())
        .set("standing", standing.drawn());
    facts.drawLoss(body);
    return body;
  }

  private Answer screen(RestoredFacts facts, ExitCode exit, String end, boolean isDone) {
    return Answer.of(exit, new RestoredScreen(facts, conversation, exit, end, isDone));
  }

  private static Answer couldNot(String why) {
    return Answer.couldNot("db", VERB, why);
  }
}
