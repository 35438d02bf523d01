package dev.metaops.serve;

import dev.metaops.canary.Canary;
import dev.metaops.canary.Counted;
import dev.metaops.checkup.Board;
import dev.metaops.command.Conversation;
import dev.metaops.finding.Severity;
import dev.metaops.health.Condition;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.ledger.FindingStore;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Listener;
import dev.metaops.listen.Tally;
import dev.metaops.listen.TruthSnapshot;
import dev.metaops.listen.Waypoint;
import dev.metaops.meter.Family;
import dev.metaops.meter.Loop;
import dev.metaops.meter.Meters;
import dev.metaops.meter.Sample;
import dev.metaops.orderstatus.OrderStatus;
import dev.metaops.rpc.Scorecard;
import dev.metaops.rpc.Standing;
import dev.metaops.store.Held;
import dev.metaops.store.Pool;
import dev.metaops.store.PoolState;
import dev.metaops.store.PoolState.Counts;
import dev.metaops.telemetry.Telemetry;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The metrics of a process that serves: what the endpoints judge by, what the listener and the
 * nodes did, every loop, and the commands of this machine. {@code docs/metrics.md} lists them.
 * Thread-safe.
 */
public final class ServeMetrics implements AutoCloseable {
  /** What is looked at seldom is still shown until its next turn. */
  private static final int TURNS_REMEMBERED = 12;

  private final Meters meters;
  private final Probes probes;
  private final Ticker ticker;
  private volatile Probes.Reading looked;
  private volatile Optional<Followed> followed = Optional.empty();
  private final Duration remembered;
  private final Map<String, Result> results = new ConcurrentSkipListMap<>();
  private volatile HealthMemory memory = HealthMemory.empty("");

  ServeMetrics(Conversation conversation, Probes probes) {
    this.ticker = conversation.ticker();
    this.meters = new Meters(ticker);
    this.probes = probes;
    this.remembered = conversation.settings().health().interval().multipliedBy(TURNS_REMEMBERED);
    this.looked = probes.reading();
    chain();
    ledger();
    findings();
    health();
    new CommandCounts(conversation.settings().environment().dataDirectory()).show(meters);
  }

  /** What a person looks at first, as it is now. */
  Map<MainSeries, Double> main() {
    Probes.Reading reading = probes.reading();
    Map<MainSeries, Double> now = new EnumMap<>(MainSeries.class);
    now.put(MainSeries.ROWS_BELIEVABLE, reading.seen().truth().holds() ? 1.0 : 0.0);
    reading.seen().stream()
        .ifPresent(stream -> {
          stream
              .headTime()
              .ifPresent(time -> now.put(MainSeries.HEAD_AGE, seconds(time, stream.now())));
          now.put(MainSeries.BEHIND, (double) stream.blocksBehind());
        });
    tally(reading.seen().snapshot().gaps())
        .forEach(sample -> now.put(MainSeries.GAPS, sample.value()));
    if (reading.findings() instanceof Board.Found.Read(List<FindingStore.Open> open)) {
      now.put(
          MainSeries.FINDINGS,
          (double) open.stream().filter(one -> one.finding().severity() != Severity.P3).count());
    }
    examined().results().stream()
        .mapToDouble(result -> result.took().toNanos() / 1e9)
        .max()
        .ifPresent(slowest -> now.put(MainSeries.SLOWEST_CHECK, slowest));
    followed.ifPresent(following -> following.addTo(now));
    Runtime runtime = Runtime.getRuntime();
    now.put(MainSeries.MEMORY, (runtime.totalMemory() - runtime.freeMemory()) / 1e6);
    return now;
  }

  /** Somebody who can be asked what it did. */
  private record Followed(Listener listener, EventLog events) {
    void addTo(Map<MainSeries, Double> now) {
      Tally tally = events.tally();
      now.put(MainSeries.EVENTS, (double) tally.applied());
      now.put(
          MainSeries.MOVED,
          (double) tally.moved().values().stream().mapToLong(Long::longValue).sum());
      List<Scorecard> cards = listener.scorecards();
      cards.stream()
          .flatMap(card -> card.p95().stream())
          .mapToDouble(took -> took.toNanos() / 1e9)
          .max()
          .ifPresent(slowest -> now.put(MainSeries.NODE_P95, slowest));
      now.put(
          MainSeries.NODE_FAILURES,
          (double)
              cards.stream()
                  .flatMap(card -> card.failed().values().stream())
                  .mapToLong(Long::longValue)
                  .sum());
    }
  }

  /** In Prometheus' text format. */
  public String text() {
    looked = probes.reading();
    return meters.text();
  }

  /** Those who follow an order. */
  void show(OrderStatus status) {
    status.show(meters);
  }

  /** As OpenTelemetry has it, for whoever it is pushed to. */
  byte[] otlp(Map<String, String> resource, UnaryOperator<String> cut) {
    looked = probes.reading();
    return meters.otlp(resource, cut);
  }

  /** What others were to be told and were not. */
  void losing(Telemetry telemetry) {
    read(
        Family.counter(
            "metaops_telemetry_lost", "What did not arrive at whom it was to be told", "to"),
        () -> counts(telemetry.lost()));
  }

  /** A request was answered. */
  public void answered(String path, int status, Duration took) {
    meters.took(
        "metaops_http_request",
        "One request answered",
        took,
        "path",
        path,
        "status",
        Integer.toString(status));
  }

  /**
   * Everything was looked at, or some of it.
   *
   * @param remembered with this report
   */
  void examined(Report report, HealthMemory remembered) {
    memory = remembered;
    report
        .results()
        .forEach(result -> results.put(result.component() + "/" + result.subject(), result));
  }

  /** What was looked at lately. */
  Report examined() {
    Instant oldest = ticker.now().minus(remembered);
    return new Report(
        results.values().stream().filter(result -> result.at().isAfter(oldest)).toList());
  }

  /** A loop of this process. */
  Loop loop(String name) {
    return meters.loop(name);
  }

  /** Told by the listener where it is; times each batch. */
  Waypoint.Observer batches() {
    return new Waypoint.Observer() {
      private long begun = ticker.nanos();

      @Override
      public void passed(Waypoint waypoint) {
        switch (waypoint) {
          case HEAD_READ -> begun = ticker.nanos();
          case BATCH_COMMITTED ->
              meters.took(
                  "metaops_listener_batch",
                  "One batch of blocks, from the head that was read to the commit",
                  Duration.ofNanos(ticker.nanos() - begun));
          case LEASE_TAKEN, HEADERS_READ, LOGS_READ, BATCH_READY, EVENTS_LOGGED -> {}
        }
      }
    };
  }

  /** From now on there are connections to count. Call once. */
  void pooled(Pool pool) {
    read(
        Family.gauge("metaops_pool_connections", "Connections of serve's pool", "state"),
        () -> {
          PoolState state = pool.state();
          return List.of(Sample.of(state.used(), "used"), Sample.of(state.idle(), "idle"));
        });
    read(
        Family.gauge("metaops_pool_connections_max", "Connections of serve's pool at most"),
        () -> List.of(Sample.of(pool.state().size())));
    read(
        Family.gauge("metaops_pool_pending_requests", "Who waits for a connection of the pool now"),
        () -> List.of(Sample.of(pool.state().waiting())));
    read(
        Family.gauge(
            "metaops_pool_longest_use_seconds", "For how long the longest holder has one by now"),
        () ->
            List.of(
                Sample.of(
                    pool.state().held().stream()
                        .findFirst()
                        .map(Held::held)
                        .orElse(Duration.ZERO))));
    pool("metaops_pool_opened", "Connections the pool opened", pool, Counts::opened);
    pool("metaops_pool_lost", "Connections of the pool that broke", pool, Counts::lost);
    pool(
        "metaops_pool_timeouts",
        "Who got no connection of the pool in time",
        pool,
        Counts::timedOut);
    pool(
        "metaops_pool_taken_back",
        "Connections taken from who held them too long",
        pool,
        Counts::takenBack);
  }

  private void pool(String name, String help, Pool pool, ToLongFunction<Counts> count) {
    read(
        Family.counter(name, help),
        () -> List.of(Sample.of(count.applyAsLong(pool.state().counts()))));
  }

  /** From now on there is somebody to ask. Call once. */
  void following(Listener listener, EventLog events) {
    followed = Optional.of(new Followed(listener, events));
    read(
        Family.counter("metaops_events", "Events of the escrow, by what became of them", "outcome"),
        () -> outcomes(events.tally()));
    read(
        Family.counter("metaops_orders_moved", "Rows the listener moved, by their state", "state"),
        () -> counts(events.tally().moved()));
    nodes(listener);
  }

  private void read(Family family, Supplier<List<Sample>> samples) {
    meters.read(family, samples);
  }

  private static List<Sample> outcomes(Tally tally) {
    return List.of(
        Sample.of(tally.received(), "received"),
        Sample.of(tally.applied(), "applied"),
        Sample.of(tally.orphaned(), "orphaned"),
        Sample.of(tally.quarantined(), "quarantined"),
        Sample.of(tally.unmapped(), "unmapped"));
  }

  private static List<Sample> counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> Sample.of(entry.getValue(), entry.getKey()))
        .toList();
  }

  private void chain() {
    read(
        Family.gauge("metaops_truth_holds", "1 while the rows can be believed, as /health/truth"),
        () -> List.of(Sample.of(looked.seen().truth().holds() ? 1 : 0)));
    stream(
        "metaops_chain_head_block",
        "The chain's latest block the ledger was told of",
        stream -> stream.headNumber().map(Long::doubleValue));
    stream(
        "metaops_chain_head_age_seconds",
        "How old that block is, by the orders database's clock",
        stream -> stream.headTime().map(time -> seconds(time, stream.now())));
    stream(
        "metaops_chain_head_seen_seconds",
        "How long ago the listener last looked at the head",
        stream -> stream.headSeenAt().map(time -> seconds(time, stream.now())));
    stream(
        "metaops_listener_cursor_block",
        "The last block whose events are in the ledger",
        stream -> Optional.of((double) stream.cursor().number()));
    stream(
        "metaops_listener_behind_blocks",
        "Blocks between the cursor and the head",
        stream -> Optional.of((double) stream.blocksBehind()));
    stream(
        "metaops_listener_behind_seconds",
        "How far the cursor's block is behind the head's, by block time",
        stream -> Optional.of((double) stream.behind().toSeconds()));
    stream(
        "metaops_chain_settled_block",
        "The last block that counts as final",
        stream -> Optional.of((double) stream.settledNumber()));
    stream(
        "metaops_chain_settled_age_seconds",
        "How long ago the final block last moved",
        stream -> stream.settledMovedAt().map(time -> seconds(time, stream.now())));
    stream(
        "metaops_listener_lease_held",
        "1 while some process holds the stream's lease",
        stream -> Optional.of(stream.isHeld() ? 1.0 : 0.0));
    stream(
        "metaops_orders_frozen",
        "1 while nothing is written, by somebody's order",
        stream -> Optional.of(stream.frozen().isPresent() ? 1.0 : 0.0));
  }

  private static List<Sample> each(Optional<Stream> stream, Function<Stream, List<Sample>> seen) {
    return stream.map(seen).orElse(List.of());
  }

  private static double seconds(Instant from, Instant to) {
    return Math.max(0, Duration.between(from, to).toMillis() / 1000.0);
  }

  private void stream(String name, String help, Function<Stream, Optional<Double>> value) {
    read(
        Family.gauge(name, help, "chain"),
        () ->
            each(
                looked.seen().stream(),
                stream ->
                    value
                        .apply(stream)
                        .map(found -> Sample.of(found, Long.toString(stream.chainId())))
                        .stream()
                        .toList()));
  }

  private void ledger() {
    read(
        Family.gauge("metaops_ledger_gaps", "Final ranges of blocks that are not certified"),
        () -> tally(looked.seen().snapshot().gaps()));
    read(
        Family.gauge(
            "metaops_ledger_unproved_blocks",
            "Final blocks whose events nobody proved to be all of them"),
        () -> tally(looked.seen().snapshot().unproved()));
    read(
        Family.gauge("metaops_ledger_events", "Events that do not move a row yet", "why"),
        () ->
            each(
                looked.seen().stream(),
                stream ->
                    List.of(
                        Sample.of(stream.unmatched(), "unmatched"),
                        Sample.of(stream.quarantined(), "quarantined"),
                        Sample.of(stream.waiting(), "waiting"),
                        Sample.of(stream.unfolded(), "unfolded"))));
  }

  private static List<Sample> tally(TruthSnapshot.Tally tally) {
    return switch (tally) {
      case TruthSnapshot.Tally.Counted(long number) -> List.of(Sample.of(number));
      case TruthSnapshot.Tally.NotKept _, TruthSnapshot.Tally.Unread _ -> List.of();
    };
  }

  private void findings() {
    read(
        Family.gauge("metaops_findings_open", "What looks wrong now", "code", "severity"),
        () -> {
          Map<List<String>, Long> counted = new HashMap<>();
          if (looked.findings() instanceof Board.Found.Read(List<FindingStore.Open> open)) {
            open.forEach(one ->
                counted.merge(
                    List.of(one.finding().code(), one.finding().severity().name()), 1L, Long::sum));
          }
          return counted.entrySet().stream()
              .map(entry -> new Sample(entry.getKey(), entry.getValue()))
              .toList();
        });
  }

  private void health() {
    read(
        Family.gauge(
            "metaops_health_condition",
            "How a component is after several looks: 0 UP, 1 DEGRADED, 2 UNKNOWN (nobody could"
                + " look), 3 DOWN",
            "component"),
        () ->
            memory.steady(examined()).components().entrySet().stream()
                .map(entry -> Sample.of(number(entry.getValue()), entry.getKey()))
                .toList());
    read(
        Family.gauge(
            "metaops_health_check_condition",
            "What the latest look of one check came to, in the same numbers",
            "component",
            "subject"),
        () ->
            examined().results().stream()
                .map(result ->
                    Sample.of(number(result.condition()), result.component(), result.subject()))
                .toList());
    read(
        Family.gauge(
            "metaops_health_check_seconds", "How long looking took", "component", "subject"),
        () ->
            examined().results().stream()
                .map(result -> Sample.of(result.took(), result.component(), result.subject()))
                .toList());
  }

  private static double number(Condition condition) {
    return switch (condition) {
      case UP -> 0;
      case DEGRADED -> 1;
      case UNKNOWN -> 2;
      case DOWN -> 3;
    };
  }

  /** From now on front ends are asked. Call once. */
  void asking(Canary canary) {
    read(
        Family.counter(
            "metaops_frontend_asked",
            "Questions to a front end, by what they came to",
            "frontend",
            "result"),
        () -> {
          List<Sample> samples = new ArrayList<>();
          for (Counted each : canary.counted()) {
            each.results()
                .forEach((result, count) -> samples.add(Sample.of(count, each.frontend(), result)));
          }
          return samples;
        });
    frontend(
        canary,
        Family.gauge(
            "metaops_frontend_latency_seconds", "How long its last answer took", "frontend"),
        each -> each.latency().map(took -> took.toNanos() / 1e9));
    frontend(
        canary,
        Family.gauge(
            "metaops_frontend_stale_seconds",
            "How far its last answer was behind the order's row",
            "frontend"),
        each -> each.staleness().map(behind -> behind.toMillis() / 1e3));
    frontend(
        canary,
        Family.counter("metaops_frontend_dropped", "Held connections that were lost", "frontend"),
        each -> Optional.of((double) each.dropped()));
  }

  private void frontend(Canary canary, Family family, Function<Counted, Optional<Double>> value) {
    read(
        family,
        () ->
            canary.counted().stream()
                .flatMap(each ->
                    value.apply(each).map(found -> Sample.of(found, each.frontend())).stream())
                .toList());
  }

  private void nodes(Listener listener) {
    node(
        listener,
        Family.counter("metaops_rpc_asked", "How often a node was asked for something", "provider"),
        card -> Optional.of((double) card.asked()));
    node(
        listener,
        Family.counter("metaops_rpc_calls", "Questions sent to a node", "provider"),
        card -> Optional.of((double) card.calls()));
    node(
        listener,
        Family.counter("metaops_rpc_hedged", "Asked because another node took long", "provider"),
        card -> Optional.of((double) card.hedged()));
    node(
        listener,
        Family.counter("metaops_rpc_lies", "Caught saying what is not so", "provider"),
        card -> Optional.of((double) card.lies()));
    node(
        listener,
        Family.gauge("metaops_rpc_head_block", "The latest block a node showed", "provider"),
        card -> card.head().map(Long::doubleValue));
    node(
        listener,
        Family.gauge("metaops_rpc_lag_blocks", "Blocks behind the best node", "provider"),
        card -> card.lag().map(Long::doubleValue));
    node(
        listener,
        Family.gauge(
            "metaops_rpc_usable",
            "1 while a node is asked; 0 while it fails, lags, lied or is of another chain",
            "provider"),
        card -> Optional.of(card.standing() instanceof Standing.Fit ? 1.0 : 0.0));
    read(
        Family.counter("metaops_rpc_failures", "Answers that were none", "provider", "kind"),
        () -> {
          List<Sample> samples = new ArrayList<>();
          for (Scorecard card : listener.scorecards()) {
            card.failed()
                .forEach((kind, count) -> samples.add(Sample.of(count, card.place(), kind)));
          }
          return samples;
        });
    read(
        Family.gauge(
            "metaops_rpc_latency_seconds", "A node's latest answers", "provider", "quantile"),
        () -> {
          List<Sample> samples = new ArrayList<>();
          for (Scorecard card : listener.scorecards()) {
            card.p50().ifPresent(took -> samples.add(Sample.of(took, card.place(), "0.5")));
            card.p95().ifPresent(took -> samples.add(Sample.of(took, card.place(), "0.95")));
          }
          return samples;
        });
  }

  private void node(Listener listener, Family family, Function<Scorecard, Optional<Double>> value) {
    read(
        family,
        () ->
            listener.scorecards().stream()
                .flatMap(
                    card -> value.apply(card).map(found -> Sample.of(found, card.place())).stream())
                .toList());
  }

  @Override
  public void close() {
    meters.close();
  }
}
