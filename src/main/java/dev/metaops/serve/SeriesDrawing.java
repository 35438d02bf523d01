package dev.metaops.serve;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * One series over a window, in as many steps of the same length as fit a line. A step without a
 * sample has no value, and nobody makes one up. Pure.
 *
 * @param steps the oldest first
 */
record SeriesDrawing(MainSeries series, List<OptionalDouble> steps) {
  static final int STEPS = 32;

  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final char NOTHING = ' ';
  private static final double SECONDS_A_MINUTE = 60;

  SeriesDrawing {
    steps = List.copyOf(steps);
  }

  /**
   * @param lines the oldest first
   */
  static SeriesDrawing of(
      MainSeries series, List<MetricsFile.Line> lines, Instant from, Instant to) {
    List<OptionalDouble> worst =
        new ArrayList<>(Collections.nCopies(STEPS, OptionalDouble.empty()));
    Optional<MetricsFile.Line> before = Optional.empty();
    for (MetricsFile.Line line : lines) {
      OptionalDouble value = value(series, before, line);
      if (value.isPresent()) {
        int step = step(line.at(), from, to);
        double seen = value.getAsDouble();
        worst.set(step, OptionalDouble.of(worse(series, worst.get(step), seen)));
      }
      before = Optional.of(line);
    }
    return new SeriesDrawing(series, worst);
  }

  private static double worse(MainSeries series, OptionalDouble before, double seen) {
    return switch (series.unit()) {
      case YES_OR_NO -> Math.min(before.orElse(seen), seen);
      case SECONDS, BLOCKS, A_MINUTE, NUMBER, MEGABYTES -> Math.max(before.orElse(seen), seen);
    };
  }

  private static int step(Instant at, Instant from, Instant to) {
    long whole = Math.max(1, Duration.between(from, to).toMillis());
    long past = Duration.between(from, at).toMillis();
    return Math.toIntExact(Math.clamp(past * STEPS / whole, 0, STEPS - 1));
  }

  /** A count that went back began anew with its process; between the two nobody counted. */
  private static OptionalDouble value(
      MainSeries series, Optional<MetricsFile.Line> before, MetricsFile.Line line) {
    Optional<Double> now = Optional.ofNullable(line.values().get(series));
    return switch (series.kind()) {
      case LEVEL -> now.map(OptionalDouble::of).orElse(OptionalDouble.empty());
      case COUNT -> {
        Optional<Double> then = before.map(MetricsFile.Line::values).map(v -> v.get(series));
        double seconds =
            before
                .map(last -> Duration.between(last.at(), line.at()).toMillis() / 1000.0)
                .orElse(0.0);
        yield now.isPresent() && then.isPresent() && now.get() >= then.get() && seconds > 0
            ? OptionalDouble.of((now.get() - then.get()) / seconds * SECONDS_A_MINUTE)
            : OptionalDouble.empty();
      }
    };
  }

  /** Of the last step that has a value. */
  OptionalDouble latest() {
    return steps.reversed().stream()
        .filter(OptionalDouble::isPresent)
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  OptionalDouble least() {
    return known().min();
  }

  OptionalDouble most() {
    return known().max();
  }

  private DoubleStream known() {
    return steps.stream().flatMapToDouble(OptionalDouble::stream);
  }

  /** From nothing at all to the most there was; blank where nobody looked. */
  String line() {
    double most = Math.max(most().orElse(0), 0);
    StringBuilder line = new StringBuilder();
    for (OptionalDouble step : steps) {
      line.append(step.isEmpty() ? NOTHING : bar(step.getAsDouble(), most));
    }
    return line.toString();
  }

  private static char bar(double value, double most) {
    int last = BARS.length() - 1;
    return BARS.charAt(most <= 0 ? 0 : Math.clamp(Math.round(value / most * last), 0, last));
  }

  /** With its unit. */
  String text(OptionalDouble value) {
    return value.isEmpty() ? "-" : text(value.getAsDouble());
  }

  private String text(double value) {
    return switch (series.unit()) {
      case YES_OR_NO -> value > 0 ? "yes" : "NO";
      case SECONDS ->
          value < 1
              ? String.format(Locale.ROOT, "%.0f ms", value * 1000)
              : String.format(Locale.ROOT, "%.0f s", value);
      case BLOCKS, NUMBER -> String.format(Locale.ROOT, "%.0f", value);
      case A_MINUTE -> String.format(Locale.ROOT, "%.1f/min", value);
      case MEGABYTES -> String.format(Locale.ROOT, "%.0f MB", value);
    };
  }

  static List<SeriesDrawing> all(List<MetricsFile.Line> lines, Instant from, Instant to) {
    return Arrays.stream(MainSeries.values()).map(series -> of(series, lines, from, to)).toList();
  }
}
