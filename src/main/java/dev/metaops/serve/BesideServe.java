package dev.metaops.serve;

import dev.metaops.canary.Canary;
import dev.metaops.command.Conversation;
import dev.metaops.config.Settings;
import dev.metaops.events.SweepLoop;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.ledger.KeptFindings;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Listener;
import dev.metaops.look.FrontendLook;
import dev.metaops.orderstatus.OrderStatus;
import dev.metaops.pool.PoolFile;
import dev.metaops.pool.PoolKeeper;
import dev.metaops.process.ServiceRecord;
import dev.metaops.process.ServiceWatch;
import dev.metaops.reach.Nodes;
import dev.metaops.reach.Reach;
import dev.metaops.reach.VenueRows;
import dev.metaops.store.Database;
import dev.metaops.store.Pool;
import dev.metaops.telemetry.Telemetry;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What runs beside the listener in a process that serves: the HTTP endpoints, the look at
 * everything and the watch over services and front ends from its beginning, and the fallback sweep
 * once it follows. None holds up another or the listener. Thread-safe.
 */
final class BesideServe implements AutoCloseable {
  private final Conversation conversation;
  private final Probes probes;
  private final Nodes.Followed nodes;
  private final ServeMetrics metrics;
  private final Front.Open front;
  private final OrderStatus orderStatus;
  private final Thread watching;
  private @Nullable Findings found;
  private final Thread looking;
  private final Thread measuring;
  private final Canary canary;
  private @Nullable Thread sweeping;
  private @Nullable Thread keeping;
  private @Nullable Pool pool;
  private boolean closed;

  private BesideServe(
      Conversation conversation, Probes probes, ServeMetrics metrics, Front.Open front) {
    this.conversation = conversation;
    this.probes = probes;
    this.metrics = metrics;
    this.front = front;
    this.orderStatus =
        OrderStatus.open(
            conversation.settings().orderStatus(),
            ServeAnswers.said(conversation, "order-status"),
            conversation.ticker());
    metrics.show(orderStatus);
    this.nodes = new Nodes.Followed(conversation.ticker());
    this.watching =
        Thread.ofPlatform()
            .name("services")
            .daemon()
            .unstarted(
                new ServiceWatch(
                    Reach.services(conversation),
                    new ServiceRecord(conversation),
                    new Later(),
                    ServeAnswers.said(conversation, "services"),
                    conversation.ticker()));
    this.looking =
        Thread.ofPlatform()
            .name("health")
            .daemon()
            .start(new HealthLoop(conversation, nodes, metrics));
    this.measuring =
        Thread.ofPlatform()
            .name("metrics")
            .daemon()
            .start(
                new MetricsLoop(conversation, metrics, ServeAnswers.said(conversation, "metrics")));
    this.canary =
        new Canary(
            conversation.settings().frontend(),
            new VenueRows(conversation),
            new Canary.Outlets(
                new Later(),
                FrontendLook.memory(conversation),
                metrics::loop,
                ServeAnswers.said(conversation, "frontend")),
            conversation.ticker());
  }

  /** What is found before there is a ledger is kept once there is one. */
  private final class Later implements Findings {
    @Override
    public void raise(Finding finding) {
      kept().ifPresent(findings -> findings.raise(finding));
    }

    @Override
    public void onlyThese(String code, Collection<String> fingerprints) {
      kept().ifPresent(findings -> findings.onlyThese(code, fingerprints));
    }
  }

  private synchronized Optional<Findings> kept() {
    return Optional.ofNullable(found);
  }

  /** The endpoints answer, or will. */
  static BesideServe open(Conversation conversation, Front front, Telemetry telemetry) {
    Consumer<String> said = ServeAnswers.said(conversation, "http");
    Probes probes = new Probes(conversation);
    ServeMetrics metrics = new ServeMetrics(conversation, probes);
    probes.beside(metrics::examined);
    BesideServe beside =
        new BesideServe(
            conversation,
            probes,
            metrics,
            front.open(conversation.settings(), probes, metrics, said, conversation.ticker()));
    metrics.losing(telemetry);
    telemetry.push(metrics::otlp);
    if (!conversation.settings().services().all().isEmpty()) {
      beside.watching.start();
    }
    beside.canary.start();
    metrics.asking(beside.canary);
    return beside;
  }

  /** What this process counts. */
  ServeMetrics metrics() {
    return metrics;
  }

  /**
   * From now on there is a ledger to look at, and orders to compare. What is asked and kept here
   * shares a few connections; the listener, its gate and the seals have their own, so that nobody
   * who keeps one of these holds up following.
   */
  synchronized void following(Listener listener, Database ledger, EventLog events) {
    nodes.by(listener);
    Database shared = pooled(ledger, events);
    probes.following(shared, listener.holder());
    orderStatus.reading(ledger);
    found = findings(shared, events, "services");
    metrics.following(listener, events);
    Optional<Duration> interval = conversation.settings().listen().sweepInterval();
    if (closed || interval.isEmpty()) {
      return;
    }
    SweepLoop loop =
        new SweepLoop(
            conversation,
            listener.holder(),
            interval.get(),
            findings(shared, events, "sweep"),
            metrics.loop("sweep"),
            ServeAnswers.said(conversation, "sweep"));
    sweeping = Thread.ofPlatform().name("sweep").daemon().start(loop);
  }

  private Findings findings(Database where, EventLog events, String who) {
    return new LoggedFindings(events)
        .and(new KeptFindings(where, ServeAnswers.said(conversation, who), conversation.ticker()));
  }

  private synchronized Database pooled(Database ledger, EventLog events) {
    Settings settings = conversation.settings();
    Duration leakAfter = settings.health().poolLeakAfter();
    Pool opened =
        new Pool(
            ledger,
            Pool.Limits.steady(PoolKeeper.takenBackAfter(leakAfter)),
            conversation.ticker());
    pool = opened;
    metrics.pooled(opened);
    PoolKeeper keeper =
        new PoolKeeper(
            opened,
            leakAfter,
            new PoolFile(settings.environment().dataDirectory()),
            findings(ledger, events, "pool"),
            ServeAnswers.said(conversation, "pool"),
            conversation.ticker());
    keeping = Thread.ofPlatform().name("pool").daemon().start(keeper);
    return opened.database();
  }

  /** Idempotent. */
  @Override
  public void close() {
    probes.stop();
    watching.interrupt();
    looking.interrupt();
    measuring.interrupt();
    canary.close();
    synchronized (this) {
      closed = true;
      if (sweeping != null) {
        sweeping.interrupt();
      }
      if (keeping != null) {
        keeping.interrupt();
      }
      if (pool != null) {
        pool.close();
      }
    }
    orderStatus.close();
    front.close();
    metrics.close();
  }
}
