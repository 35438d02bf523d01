package dev.metaops.serve;

import dev.metaops.audit.Checkpointer;
import dev.metaops.command.Answer;
import dev.metaops.command.Answers;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.ServeCommand;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.OrdersSection;
import dev.metaops.config.Origin;
import dev.metaops.config.Settings;
import dev.metaops.ledger.KeptFindings;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Gate;
import dev.metaops.listen.Listener;
import dev.metaops.listen.NodeNotices;
import dev.metaops.listen.Watched;
import dev.metaops.listen.Waypoint;
import dev.metaops.page.Sentence;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.LocalRecord;
import dev.metaops.reach.Misconfigured;
import dev.metaops.reach.OpsHome;
import dev.metaops.reach.OrdersMemory;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Patience;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseFailure;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Migrations;
import dev.metaops.telemetry.Log;
import dev.metaops.telemetry.Said;
import dev.metaops.telemetry.Telemetry;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Answers {@code serve}: follows the chain until the process is told to stop. */
public final class ServeAnswers implements Answers<ServeCommand> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
  private static final Duration MOST_FOR_MIGRATING = Duration.ofMinutes(10);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration MOST_FOR_STOPPING = Duration.ofMillis(1800);

  private final Front front;

  /**
   * @param front opens the HTTP endpoints
   */
  public ServeAnswers(Front front) {
    this.front = front;
  }

  @Override
  public Answer to(ServeCommand command, Conversation conversation) {
    return switch (command) {
      case ServeCommand.Run _ -> telling(conversation);
    };
  }

  private Answer telling(Conversation conversation) {
    try (Telemetry telemetry =
        Telemetry.begin(
            conversation.configuration(),
            conversation.ticker(),
            conversation.person()::tell,
            aloud(conversation, "telemetry"))) {
      try {
        return run(conversation, telemetry);
      } catch (Misconfigured expected) {
        throw expected;
      } catch (RuntimeException defect) {
        new Log("serve", _ -> {}).defect("a defect of metaops ends it: " + defect, defect);
        throw defect;
      }
    }
  }

  private Answer run(Conversation conversation, Telemetry telemetry) {
    Settings settings = conversation.settings();
    OrdersSection orders = settings.orders();
    if (orders.mode() == OrdersSection.Mode.OBSERVE) {
      return new ObservingServe(conversation, front, telemetry).untilStopped();
    }
    Optional<String> refusal = refusal(orders);
    if (refusal.isPresent()) {
      return Answer.couldNot("serve", "run", refusal.get());
    }
    return orders.door().orElseThrow() instanceof OrdersDoor.Sql(DatabaseUrl url)
        ? new Serving(conversation, url, front, telemetry).untilStopped()
        : Answer.couldNot("serve", "run", "set DATABASE_URL");
  }

  /** Why this build does not write these orders. */
  private static Optional<String> refusal(OrdersSection orders) {
    if (orders.mode() != OrdersSection.Mode.OWN) {
      return Optional.of(
          "orders.mode is "
              + orders.mode().name().toLowerCase(Locale.ROOT)
              + ", and that comes later (expected: observe, which installs nothing in the orders"
              + " database; or own, with which serve installs schema metaops and the guard there"
              + " and is the writer of the states the chain grants)");
    }
    if (!orders.table().equals("public.orders") && !orders.table().equals("orders")) {
      return Optional.of(
          "orders.table is "
              + orders.table()
              + ", and owning a table of another name comes later (expected: public.orders; or mode"
              + " observe)");
    }
    return orders.door().orElseThrow() instanceof OrdersDoor.Rest
        ? Optional.of(
            "the orders database is configured through Supabase's REST door, and owning a table"
                + " through it comes later (set DATABASE_URL to the database itself, or mode"
                + " observe)")
        : Optional.empty();
  }

  /** A listener that keeps the ledger in this database. */
  static Listener following(
      Conversation conversation,
      Watched watched,
      Database ledger,
      EventLog events,
      Waypoint.Observer observer,
      Said said) {
    return following(
        conversation, watched, ledger, events, gate(conversation, ledger), observer, said);
  }

  private static FreezeGate gate(Conversation conversation, Database ledger) {
    return new FreezeGate(Reach.localFreeze(conversation), ledger, conversation.ticker());
  }

  private static Listener following(
      Conversation conversation,
      Watched watched,
      Database ledger,
      EventLog events,
      Gate gate,
      Waypoint.Observer observer,
      Said said) {
    Settings settings = conversation.settings();
    KeptFindings findings = new KeptFindings(ledger, said, conversation.ticker());
    return new Listener(
        new Listener.Parts(
            watched,
            ledger,
            Reach.providers(
                    settings,
                    Optional.empty(),
                    Patience.STEADY,
                    new NodeNotices(findings, said),
                    conversation.ticker())
                .orElseThrow(Reach::noNode),
            gate,
            settings
                .chain()
                .webSocket()
                .map(socket ->
                    dev.metaops.rpc.Endpoint.parse(socket.place(), socket.url().reveal())),
            events,
            observer,
            said,
            conversation.ticker(),
            new SplittableRandom()),
        Listener.Pace.steady(settings.listen().pollInterval()));
  }

  /** The structured event log of this process. */
  static EventLog eventLog(Conversation conversation) {
    return new EventLog(
        conversation.settings().environment().dataDirectory().resolve("log"),
        said(conversation, "listen"),
        conversation.ticker(),
        Thread::startVirtualThread);
  }

  /** What a part of the process says, to the person and to the log. */
  static Said said(Conversation conversation, String who) {
    return new Log(who, aloud(conversation, who));
  }

  /** Sentences with the time before them; nothing where the log itself is what people see. */
  private static Consumer<String> aloud(Conversation conversation, String who) {
    return switch (conversation.settings().log().format()) {
      case JSON -> _ -> {};
      case TEXT ->
          sentence ->
              conversation
                  .person()
                  .tell(TIME.format(conversation.ticker().now()) + " " + who + ": " + sentence);
    };
  }

  /** On the way out of the JVM: everything lets go, within about two seconds. */
  static void stop(
      Thread serving, Listener listener, Thread alongside, BesideServe beside, OpsHome ops) {
    listener.stop();
    alongside.interrupt();
    serving.interrupt();
    Thread.ofPlatform().daemon().start(beside::close);
    Thread leaving = Thread.ofPlatform().daemon().start(ops::close);
    try {
      leaving.join(MOST_FOR_STOPPING);
      serving.join(Duration.ofMillis(200));
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  /** One run of the process. */
  private static final class Serving {
    private final Conversation conversation;
    private final Settings settings;
    private final Database orders;
    private final Database direct;
    private final Front front;
    private final Telemetry telemetry;
    private final SplittableRandom random = new SplittableRandom();

    Serving(Conversation conversation, DatabaseUrl url, Front front, Telemetry telemetry) {
      this.conversation = conversation;
      this.front = front;
      this.telemetry = telemetry;
      this.settings = conversation.settings();
      this.orders = new Database(url, "metaops serve", conversation.ticker());
      this.direct =
          new Database(
              settings.orders().directUrl().orElse(url), "metaops serve", conversation.ticker());
    }

    Answer untilStopped() {
      Watched watched;
      try {
        watched = EscrowReach.watched(settings);
      } catch (Misconfigured wrong) {
        return Answer.couldNot("serve", "run", String.valueOf(wrong.getMessage()));
      }
      try (EventLog events = eventLog(conversation);
          OpsHome ops = OpsHome.opening(settings, said("ops"), conversation.ticker());
          BesideServe beside = BesideServe.open(conversation, front, telemetry)) {
        WentBackWatch watch = watch(ops);
        Listener listener =
            following(
                conversation,
                watched,
                orders,
                events,
                watch,
                beside.metrics().batches(),
                said("listen"));
        Thread remembering = Thread.ofPlatform().name("memory").daemon().unstarted(watch);
        Thread sealing = Thread.ofPlatform().name("seal").daemon().unstarted(sealLoop(events));
        Thread sealingOurs =
            Thread.ofPlatform().name("seal-ops").daemon().unstarted(ours(ops, events));
        Thread serving = Thread.currentThread();
        Thread stopping =
            Thread.ofPlatform()
                .name("stop")
                .unstarted(() -> stop(serving, listener, sealing, beside, ops));
        Runtime.getRuntime().addShutdownHook(stopping);
        Optional<Answer> unprepared = prepared();
        if (unprepared.isPresent()) {
          return unprepared.get();
        }
        sealing.start();
        sealingOurs.start();
        remembering.start();
        try {
          beside.following(listener, orders, events);
          return switch (listener.run()) {
            case Listener.End.Stopped() ->
                Answer.of(ExitCode.FINE, new Sentence("serve", "run", "stopped"));
            case Listener.End.Refused(String why) -> Answer.couldNot("serve", "run", why);
          };
        } finally {
          sealing.interrupt();
          sealingOurs.interrupt();
          remembering.interrupt();
        }
      } catch (InterruptedException stopped) {
        return Answer.of(ExitCode.FINE, new Sentence("serve", "run", "stopped"));
      }
    }

    private WentBackWatch watch(OpsHome ops) {
      return new WentBackWatch(
          gate(conversation, orders),
          orders,
          new OrdersMemory(
              settings.environment().dataDirectory(), ops::soon, conversation.ticker()),
          new LocalRecord(conversation),
          said("orders"),
          conversation.ticker());
    }

    private SealLoop sealLoop(EventLog events) {
      Consumer<String> said = said("audit");
      return new SealLoop(
          orders,
          new Checkpointer(settings.environment().dataDirectory(), conversation.ticker()),
          new LoggedFindings(events).and(new KeptFindings(orders, said, conversation.ticker())),
          said,
          conversation.ticker());
    }

    private Runnable ours(OpsHome ops, EventLog events) {
      Consumer<String> said = said("audit");
      return SealLoop.ofOurStore(
          ops,
          new Checkpointer(settings.environment().dataDirectory(), conversation.ticker()),
          new LoggedFindings(events).and(new KeptFindings(orders, said, conversation.ticker())),
          said,
          conversation.ticker());
    }

    /** Schema and guard as configured; waits for the database as long as it takes. */
    private Optional<Answer> prepared() throws InterruptedException {
      Consumer<String> said = said("orders");
      Duration pause = FIRST_PAUSE;
      String lastSaid = "";
      while (true) {
        try {
          Deadline deadline = Deadline.in(MOST_FOR_MIGRATING, conversation.ticker());
          int applied = Migrations.applyIfChanged(direct, "db/orders", deadline);
          if (applied > 0) {
            said.accept("schema metaops is installed: " + applied + " scripts applied");
          }
          guard(said);
          return Optional.empty();
        } catch (DatabaseUnavailable failure) {
          String sentence = failure.failure().sentence();
          if (!mayPass(failure.failure())) {
            return Optional.of(Answer.couldNot("serve", "run", sentence));
          }
          if (!sentence.equals(lastSaid)) {
            said.accept("waits: " + sentence);
            lastSaid = sentence;
          }
        } catch (SQLException failure) {
          return Optional.of(Answer.couldNot("serve", "run", DatabaseWords.of(failure)));
        }
        conversation
            .ticker()
            .rest(pause.dividedBy(2).plusMillis(random.nextLong(pause.toMillis() / 2)));
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }

    private static boolean mayPass(DatabaseFailure failure) {
      return switch (failure) {
        case DatabaseFailure.Unreachable _,
            DatabaseFailure.NoAnswer _,
            DatabaseFailure.NotAccepting _,
            DatabaseFailure.PoolExhausted _,
            DatabaseFailure.SupabaseRefused _ ->
            true;
        case DatabaseFailure.NotPostgres _,
            DatabaseFailure.AuthenticationRefused _,
            DatabaseFailure.NoSuchDatabase _,
            DatabaseFailure.PermissionDenied _,
            DatabaseFailure.SchemaMissing _,
            DatabaseFailure.NotMigrated _,
            DatabaseFailure.Other _ ->
            false;
      };
    }

    private void guard(Consumer<String> said) throws SQLException {
      String wanted = wantedGuard();
      Deadline deadline = Deadline.in(Duration.ofSeconds(10), conversation.ticker());
      try (LedgerStore ledger = LedgerStore.open(direct, deadline)) {
        String found = ledger.guard();
        if (found.equals(wanted)) {
          return;
        }
        try {
          ledger.guard(wanted);
          said.accept("the guard on the orders table was " + found + " and is " + wanted + " now");
        } catch (SQLException refused) {
          said.accept(
              "the guard on the orders table is "
                  + found
                  + " and not "
                  + wanted
                  + " as configured; changing it takes the login that installed the schema: "
                  + DatabaseWords.of(refused));
        }
      }
    }

    /** Who owns the table guards it, unless told otherwise. */
    private String wantedGuard() {
      boolean isSaid =
          conversation.configuration().values().stream()
              .anyMatch(value ->
                  value.key().path().equals("orders.guard")
                      && !(value.origin() instanceof Origin.BuiltIn));
      OrdersSection.Guard guard = isSaid ? settings.orders().guard() : OrdersSection.Guard.ENFORCE;
      return guard.name().toLowerCase(Locale.ROOT);
    }

    private Said said(String who) {
      return ServeAnswers.said(conversation, who);
    }
  }
}
