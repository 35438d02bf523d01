package dev.metaops.serve;

import dev.metaops.audit.Checkpointer;
import dev.metaops.command.Answer;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Settings;
import dev.metaops.ledger.KeptFindings;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Listener;
import dev.metaops.listen.Watched;
import dev.metaops.orders.MirrorStore;
import dev.metaops.orders.VitalsStore;
import dev.metaops.page.Sentence;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.OpsHome;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Migrations;
import dev.metaops.telemetry.Said;
import dev.metaops.telemetry.Telemetry;
import dev.metaops.time.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code serve} for a table metaops did not make: the ledger and a copy of the orders it is folded
 * for live in our own store; theirs is read, and nothing is installed in it or written to it.
 */
final class ObservingServe {
  /** The orders schema, and the table of copies in place of the venue's. */
  static final String SCHEMA = "db/orders+db/mirror";

  private static final Duration MOST_FOR_MIGRATING = Duration.ofMinutes(2);
  private static final Duration MOST_FOR_LOOKING = Duration.ofSeconds(10);

  private final Conversation conversation;
  private final Settings settings;
  private final Front front;
  private final Telemetry telemetry;

  ObservingServe(Conversation conversation, Front front, Telemetry telemetry) {
    this.conversation = conversation;
    this.front = front;
    this.telemetry = telemetry;
    this.settings = conversation.settings();
  }

  Answer untilStopped() {
    Watched watched;
    try {
      watched = EscrowReach.watched(settings);
    } catch (Misconfigured wrong) {
      return couldNot(String.valueOf(wrong.getMessage()));
    }
    Optional<String> refusal = refusal();
    if (refusal.isPresent()) {
      return couldNot(refusal.get());
    }
    try (OpsHome ops = OpsHome.opening(settings, said("ops"), conversation.ticker());
        BesideServe beside = BesideServe.open(conversation, front, telemetry)) {
      Database home = ops.awaited();
      Optional<String> somebodyElses = prepare(home);
      return somebodyElses.isPresent()
          ? couldNot(somebodyElses.get())
          : follow(watched, home, beside, ops);
    } catch (SQLException failure) {
      return couldNot("observing needs our own store: " + DatabaseWords.of(failure));
    } catch (InterruptedException stopped) {
      return stopped();
    }
  }

  /** A table that metaops was installed beside has its ledger there. */
  private Optional<String> refusal() {
    if (!(settings.orders().door().orElseThrow() instanceof OrdersDoor.Sql(DatabaseUrl url))) {
      return Optional.empty();
    }
    if (settings.ops().url().map(DatabaseUrl::place).filter(url.place()::equals).isPresent()) {
      return Optional.of(
          "OPS_DATABASE_URL is the orders database itself, and observing installs nothing there"
              + " (leave it out for an embedded store, or name another database)");
    }
    Deadline deadline = Deadline.in(MOST_FOR_LOOKING, conversation.ticker());
    try (Connection connection =
        new Database(url, "metaops serve", conversation.ticker()).connect(deadline)) {
      return new VitalsStore(connection).hasLedger()
          ? Optional.of(
              "metaops is installed in the orders database, and orders.mode is observe (expected:"
                  + " own)")
          : Optional.empty();
    } catch (SQLException notYet) {
      return Optional.empty(); // the copying waits for it, and says so
    }
  }

  /** Says why our own store cannot take the copy; empty when it is ready. */
  private Optional<String> prepare(Database home) throws SQLException {
    try (Connection connection =
        home.connect(Deadline.in(MOST_FOR_LOOKING, conversation.ticker()))) {
      if (new MirrorStore(connection).isSomebodyElses()) {
        return Optional.of(
            home.url().place()
                + " has a table public.orders that is not ours, so nothing was installed (set"
                + " OPS_DATABASE_URL to a database of metaops' own)");
      }
    }
    try {
      int applied =
          Migrations.applyIfChanged(
              home, SCHEMA, Deadline.in(MOST_FOR_MIGRATING, conversation.ticker()));
      if (applied > 0) {
        said("ops")
            .accept("the ledger is set up in our own store: " + applied + " scripts applied");
      }
      return Optional.empty();
    } catch (DatabaseUnavailable failure) {
      return Optional.of(failure.failure().sentence());
    }
  }

  private Answer follow(Watched watched, Database home, BesideServe beside, OpsHome ops)
      throws InterruptedException {
    MirrorLoop mirror =
        new MirrorLoop(conversation, home, beside.metrics().loop("mirror"), said("orders"));
    Thread copying = Thread.ofPlatform().name("mirror").daemon().start(mirror);
    try (EventLog events = ServeAnswers.eventLog(conversation)) {
      Listener listener =
          ServeAnswers.following(
              conversation, watched, home, events, beside.metrics().batches(), said("listen"));
      List<Thread> sealing = sealing(home, ops, events);
      Thread serving = Thread.currentThread();
      Thread stopping =
          Thread.ofPlatform()
              .name("stop")
              .unstarted(() -> ServeAnswers.stop(serving, listener, copying, beside, ops));
      Runtime.getRuntime().addShutdownHook(stopping);
      mirror.awaitFirst();
      beside.following(listener, home, events);
      try {
        return switch (listener.run()) {
          case Listener.End.Stopped() -> stopped();
          case Listener.End.Refused(String why) -> couldNot(why);
        };
      } finally {
        sealing.forEach(Thread::interrupt);
      }
    } finally {
      copying.interrupt();
    }
  }

  /** Two logs lie in our own store then: its own, and what metaops does to the ledger. */
  private List<Thread> sealing(Database home, OpsHome ops, EventLog events) {
    Said said = said("audit");
    var findings =
        new LoggedFindings(events).and(new KeptFindings(home, said, conversation.ticker()));
    return List.of(
        Thread.ofPlatform()
            .name("seal")
            .daemon()
            .start(new SealLoop(home, checkpointer(), findings, said, conversation.ticker())),
        Thread.ofPlatform()
            .name("seal-ops")
            .daemon()
            .start(
                SealLoop.ofOurStore(ops, checkpointer(), findings, said, conversation.ticker())));
  }

  private Checkpointer checkpointer() {
    return new Checkpointer(settings.environment().dataDirectory(), conversation.ticker());
  }

  private Said said(String who) {
    return ServeAnswers.said(conversation, who);
  }

  private static Answer couldNot(String sentence) {
    return Answer.couldNot("serve", "run", sentence);
  }

  private static Answer stopped() {
    return Answer.of(ExitCode.FINE, new Sentence("serve", "run", "stopped"));
  }
}
