package dev.metaops.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What Prometheus is shown, and what it is not. */
class MetersTest {
  private final SettableTicker ticker = new SettableTicker();
  @AutoClose private final Meters meters = new Meters(ticker);

  @Test
  void whatCannotBeReadIsAbsentAndSpoilsNothingElse() {
    meters.read(
        Family.gauge("broken", "fails"),
        () -> {
          throw new IllegalStateException("no");
        });
    meters.read(
        Family.gauge("doubled", "says one thing twice", "provider"),
        () -> List.of(Sample.of(1, "a"), Sample.of(2, "a")));
    meters.read(Family.gauge("whole", "is read"), () -> List.of(Sample.of(7)));

    assertThat(meters.text()).contains("whole 7").doesNotContain("broken ", "doubled{");
    assertThat(meters.text()).containsPattern("metaops_metrics_unread_total [1-9]");
  }

  @Test
  void whatGrowsHasABoundAndTheRestIsCounted() {
    meters.read(
        Family.counter("many", "grows", "n"),
        () ->
            IntStream.range(0, Meters.MOST_SERIES + 3)
                .mapToObj(n -> Sample.of(n, "" + n))
                .toList());

    assertThat(meters.text().lines().filter(line -> line.startsWith("many_total{")))
        .hasSize(Meters.MOST_SERIES);
    assertThat(meters.text()).containsPattern("metaops_metrics_left_out_total [1-9]");
  }

  @Test
  void aLoopThatNeverEndsATurnWellIsSeenFromItsBeginning() {
    double began = ticker.now().toEpochMilli() / 1000.0;
    Loop loop = meters.loop("sweep");
    ticker.advance(Duration.ofMinutes(20));
    loop.turned(Loop.Turn.FAILED, Duration.ofSeconds(1));

    assertThat(lastTurn()).isEqualTo(began);
    loop.turned(Loop.Turn.DONE, Duration.ofSeconds(1));
    assertThat(lastTurn()).isEqualTo(began + 20 * 60);
  }

  private double lastTurn() {
    return meters
        .text()
        .lines()
        .filter(line -> line.startsWith("metaops_loop_last_turn_timestamp_seconds{loop=\"sweep\"}"))
        .map(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow();
  }
}
