package dev.metaops.meter;

import dev.metaops.time.Ticker;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * All numbers of one process. Registering is for its beginning; reading and counting are cheap and
 * thread-safe.
 */
public final class Meters implements AutoCloseable {
  /** Beyond so many series under one name the rest is left out, and counted. */
  public static final int MOST_SERIES = 500;

  /** From a millisecond to the promise that everything ends within seconds. */
  private static final Duration[] BOUNDS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(15),
    Duration.ofMillis(60),
    Duration.ofMillis(250),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(10),
    Duration.ofSeconds(60)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Ticker ticker;
  private final LongAdder unread = new LongAdder();
  private final LongAdder leftOut = new LongAdder();
  private final Map<String, Double> lastTurns = new ConcurrentHashMap<>();
  private final Instant begun;

  public Meters(Ticker ticker) {
    this.ticker = ticker;
    this.begun = ticker.now();
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    collections.bindTo(registry);
    read(
        Family.counter("metaops_metrics_unread", "Reads of our own numbers that failed"),
        () -> List.of(Sample.of(unread.sum())));
    read(
        Family.counter("metaops_metrics_left_out", "Series not shown because there were too many"),
        () -> List.of(Sample.of(leftOut.sum())));
    read(
        Family.gauge(
            "metaops_loop_last_turn_timestamp_seconds",
            "When a loop last ended a turn well, or began, by the clock of this machine",
            "loop"),
        this::lastTurns);
  }

  /**
   * Reads a family each time somebody looks.
   *
   * @param samples may fail; the family is absent then. At most {@link #MOST_SERIES} are shown
   */
  public void read(Family family, Supplier<List<Sample>> samples) {
    registry.getPrometheusRegistry().register((Collector) () -> snapshot(family, samples));
  }

  private MetricSnapshot snapshot(Family family, Supplier<List<Sample>> samples) {
    try {
      List<Sample> all = samples.get();
      List<Sample> shown = all.subList(0, Math.min(all.size(), MOST_SERIES));
      leftOut.add(all.size() - shown.size());
      return drawn(family, shown);
    } catch (RuntimeException failed) {
      unread.increment();
      return drawn(family, List.of());
    }
  }

  private static MetricSnapshot drawn(Family family, List<Sample> samples) {
    return switch (family.kind()) {
      case GAUGE -> {
        var gauge = GaugeSnapshot.builder().name(family.name()).help(family.help());
        for (Sample sample : samples) {
          gauge.dataPoint(
              GaugeSnapshot.GaugeDataPointSnapshot.builder()
                  .labels(labels(family, sample))
                  .value(sample.value())
                  .build());
        }
        yield gauge.build();
      }
      case COUNTER -> {
        var counter = CounterSnapshot.builder().name(family.name()).help(family.help());
        for (Sample sample : samples) {
          counter.dataPoint(
              CounterSnapshot.CounterDataPointSnapshot.builder()
                  .labels(labels(family, sample))
                  .value(sample.value())
                  .build());
        }
        yield counter.build();
      }
    };
  }

  private static Labels labels(Family family, Sample sample) {
    return Labels.of(family.labels(), sample.labels());
  }

  /**
   * Counts and times one thing, as {@code NAME_seconds}.
   *
   * @param labels name and value by turns
   */
  public void took(String name, String help, Duration took, String... labels) {
    Timer.builder(name)
        .description(help)
        .tags(labels)
        .serviceLevelObjectives(BOUNDS)
        .register(registry)
        .record(took);
  }

  /** Counts and times the turns of a loop that begins now, and says when the last ended well. */
  public Loop loop(String name) {
    lastTurns.putIfAbsent(name, seconds());
    return (turn, took) -> {
      took(
          "metaops_loop_turn",
          "One turn of a loop",
          took,
          "loop",
          name,
          "outcome",
          turn.name().toLowerCase(Locale.ROOT));
      switch (turn) {
        case DONE -> lastTurns.put(name, seconds());
        case FAILED -> {}
      }
    };
  }

  private double seconds() {
    return ticker.now().toEpochMilli() / 1000.0;
  }

  private List<Sample> lastTurns() {
    return lastTurns.entrySet().stream()
        .map(entry -> Sample.of(entry.getValue(), entry.getKey()))
        .toList();
  }

  /** Everything, in Prometheus' text format 0.0.4. */
  public String text() {
    return registry.scrape();
  }

  /**
   * Everything, as an OpenTelemetry {@code ExportMetricsServiceRequest} in Protobuf.
   *
   * @param resource what describes this process
   * @param cut what a label's value becomes before it leaves
   */
  public byte[] otlp(Map<String, String> resource, UnaryOperator<String> cut) {
    return new OtlpForm(begun, ticker.now(), cut)
        .of(registry.getPrometheusRegistry().scrape(), resource);
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
