package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the last hours look like in a line. */
class SeriesDrawingTest {
  private static final Instant TO = Instant.parse("2026-03-01T03:00:00Z");
  private static final Instant FROM = TO.minus(Duration.ofMinutes(32));

  @TempDir private Path directory;

  @Test
  void aMinuteNobodyLookedIsBlankAndNotWell() {
    var lines = new ArrayList<>(every(Duration.ofMinutes(1), MainSeries.BEHIND, 1));
    lines.subList(10, 20).clear();

    SeriesDrawing drawing = SeriesDrawing.of(MainSeries.BEHIND, lines, FROM, TO);

    assertThat(drawing.line()).hasSize(SeriesDrawing.STEPS).contains(" ".repeat(10));
    assertThat(drawing.text(drawing.latest())).isEqualTo("1");
  }

  @Test
  void theWorstOfAStepIsShown() {
    var lines = new ArrayList<>(every(Duration.ofSeconds(15), MainSeries.BEHIND, 0));
    lines.set(41, line(lines.get(41).at(), MainSeries.BEHIND, 90));

    SeriesDrawing drawing = SeriesDrawing.of(MainSeries.BEHIND, lines, FROM, TO);

    assertThat(drawing.line()).containsOnlyOnce("█");
    assertThat(drawing.most()).hasValue(90);
    assertThat(drawing.least()).hasValue(0);
  }

  @Test
  void oneMomentWithoutBeliefIsSeen() {
    var lines = new ArrayList<>(every(Duration.ofSeconds(15), MainSeries.ROWS_BELIEVABLE, 1));
    lines.set(41, line(lines.get(41).at(), MainSeries.ROWS_BELIEVABLE, 0));

    SeriesDrawing drawing = SeriesDrawing.of(MainSeries.ROWS_BELIEVABLE, lines, FROM, TO);

    assertThat(drawing.text(drawing.least())).isEqualTo("NO");
  }

  @Test
  void aCountIsShownByTheMinuteAndARestartOfServeIsNoBurst() {
    List<MetricsFile.Line> lines = new ArrayList<>();
    for (int minute = 0; minute < 32; minute++) {
      double counted = minute < 16 ? 1_000 + 10 * minute : 10 * (minute - 16);
      lines.add(line(FROM.plus(Duration.ofMinutes(minute)), MainSeries.EVENTS, counted));
    }

    SeriesDrawing drawing = SeriesDrawing.of(MainSeries.EVENTS, lines, FROM, TO);

    assertThat(drawing.most()).hasValue(10);
    assertThat(drawing.least()).hasValue(10);
    assertThat(drawing.steps().get(16)).isEqualTo(OptionalDouble.empty());
    assertThat(drawing.text(drawing.latest())).isEqualTo("10.0/min");
  }

  @Test
  void whatIsWrittenIsReadAndATornLineSpoilsNoOther() throws IOException {
    MetricsFile file = new MetricsFile(directory);
    MetricsFile.Line first = line(FROM, MainSeries.HEAD_AGE, 2.25);
    MetricsFile.Line second = line(TO, MainSeries.HEAD_AGE, 3.5);
    file.append(first);
    Files.writeString(
        directory.resolve("log/metrics.tsv"), "177\tHEAD_A\n", StandardOpenOption.APPEND);
    file.append(second);

    assertThat(file.since(FROM)).containsExactly(first, second);
    assertThat(file.since(TO)).containsExactly(second);
  }

  @Test
  void twoFilesOfAMegabyteAreKeptAndNoMore() throws IOException {
    MetricsFile file = new MetricsFile(directory);
    Path current = directory.resolve("log/metrics.tsv");
    file.append(line(FROM, MainSeries.GAPS, 0));
    for (int full = 0; full < 3; full++) {
      Files.writeString(
          current, "x\n".repeat((int) MetricsFile.MOST_BYTES), StandardOpenOption.APPEND);
      file.append(line(TO, MainSeries.GAPS, full));
    }

    try (var files = Files.list(directory.resolve("log"))) {
      assertThat(files).hasSize(2);
    }
    assertThat(file.since(TO)).isNotEmpty();
    assertThat(Files.size(current)).isLessThan(MetricsFile.MOST_BYTES);
  }

  private static List<MetricsFile.Line> every(Duration step, MainSeries series, double value) {
    List<MetricsFile.Line> lines = new ArrayList<>();
    for (Instant at = FROM; at.isBefore(TO); at = at.plus(step)) {
      lines.add(line(at, series, value));
    }
    return lines;
  }

  private static MetricsFile.Line line(Instant at, MainSeries series, double value) {
    return new MetricsFile.Line(at, Map.of(series, value));
  }
}
