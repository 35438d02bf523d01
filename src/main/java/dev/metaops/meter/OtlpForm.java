package dev.metaops.meter;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The same numbers under the same names as OpenTelemetry has them, an {@code
 * ExportMetricsServiceRequest} of its protocol 1: sums since the process began. The numbers of
 * fields are those of {@code opentelemetry/proto/metrics/v1/metrics.proto}.
 *
 * @param begun when the process began to count
 * @param now when the numbers were read
 * @param cut what a text becomes before it leaves
 */
record OtlpForm(Instant begun, Instant now, UnaryOperator<String> cut) {
  private static final int CUMULATIVE = 2;

  /** Where a kind of point has what all kinds have. */
  private enum Point {
    NUMBER(7),
    HISTOGRAM(9),
    SUMMARY(7);

    private final int attributes;

    Point(int attributes) {
      this.attributes = attributes;
    }
  }

  byte[] of(MetricSnapshots all, Map<String, String> resource) {
    Protobuf scope = new Protobuf().message(1, new Protobuf().text(1, "metaops"));
    all.stream().flatMap(each -> metric(each).stream()).forEach(each -> scope.message(2, each));
    Protobuf whose = new Protobuf();
    resource.forEach((name, value) -> whose.message(1, attribute(name, value)));
    Protobuf ofResource = new Protobuf().message(1, whose).message(2, scope);
    return new Protobuf().message(1, ofResource).bytes();
  }

  /** Empty for what has no number now, and for kinds we have none of. */
  private Optional<Protobuf> metric(MetricSnapshot snapshot) {
    if (snapshot.getDataPoints().isEmpty()) {
      return Optional.empty();
    }
    String name = snapshot.getMetadata().getPrometheusName();
    Protobuf metric = new Protobuf().text(1, name);
    Optional.ofNullable(snapshot.getMetadata().getHelp()).ifPresent(help -> metric.text(2, help));
    metric.text(3, unit(name));
    return switch (snapshot) {
      case GaugeSnapshot gauge -> Optional.of(metric.message(5, gauge(gauge)));
      case CounterSnapshot counter -> Optional.of(metric.message(7, sum(counter)));
      case HistogramSnapshot histogram -> Optional.of(metric.message(9, histogram(histogram)));
      case SummarySnapshot summary -> Optional.of(metric.message(11, summary(summary)));
      default -> Optional.empty();
    };
  }

  private static String unit(String name) {
    return name.endsWith("_seconds") ? "s" : name.endsWith("_bytes") ? "By" : "";
  }

  private Protobuf gauge(GaugeSnapshot snapshot) {
    Protobuf gauge = new Protobuf();
    snapshot.getDataPoints().stream()
        .filter(point -> !Double.isNaN(point.getValue()))
        .forEach(point ->
            gauge.message(1, point(Point.NUMBER, point.getLabels()).real(4, point.getValue())));
    return gauge;
  }

  private Protobuf sum(CounterSnapshot snapshot) {
    Protobuf sum = new Protobuf();
    snapshot
        .getDataPoints()
        .forEach(point ->
            sum.message(1, sinceBegun(Point.NUMBER, point.getLabels()).real(4, point.getValue())));
    return sum.whole(2, CUMULATIVE).whole(3, 1);
  }

  private Protobuf histogram(HistogramSnapshot snapshot) {
    Protobuf histogram = new Protobuf();
    snapshot.getDataPoints().forEach(point -> histogram.message(1, buckets(point)));
    return histogram.whole(2, CUMULATIVE);
  }

  private Protobuf buckets(HistogramSnapshot.HistogramDataPointSnapshot point) {
    List<Long> counts = new ArrayList<>();
    List<Double> bounds = new ArrayList<>();
    ClassicHistogramBuckets each = point.getClassicBuckets();
    for (int at = 0; at < each.size(); at++) {
      counts.add(each.getCount(at));
      if (Double.isFinite(each.getUpperBound(at))) {
        bounds.add(each.getUpperBound(at));
      }
    }
    return sinceBegun(Point.HISTOGRAM, point.getLabels())
        .fixed(4, point.getCount())
        .real(5, point.getSum())
        .fixedPacked(6, counts)
        .realPacked(7, bounds);
  }

  private Protobuf summary(SummarySnapshot snapshot) {
    Protobuf summary = new Protobuf();
    snapshot
        .getDataPoints()
        .forEach(point ->
            summary.message(
                1,
                sinceBegun(Point.SUMMARY, point.getLabels())
                    .fixed(4, point.getCount())
                    .real(5, point.getSum())));
    return summary;
  }

  private Protobuf sinceBegun(Point kind, Labels labels) {
    return point(kind, labels).fixed(2, nanos(begun));
  }

  private Protobuf point(Point kind, Labels labels) {
    Protobuf point = new Protobuf().fixed(3, nanos(now));
    for (Label label : labels) {
      point.message(kind.attributes, attribute(label.getName(), label.getValue()));
    }
    return point;
  }

  private Protobuf attribute(String name, String value) {
    return new Protobuf().text(1, name).message(2, new Protobuf().text(1, cut.apply(value)));
  }

  private static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }
}
