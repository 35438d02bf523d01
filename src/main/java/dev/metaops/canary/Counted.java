package dev.metaops.canary;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What is counted of one front end since the process began.
 *
 * @param results how often each of {@link Reply#word} was its answer
 * @param dropped held connections that were lost
 */
public record Counted(
    String frontend, Map<String, Long> results, Optional<Sighting> last, long dropped) {
  public Counted {
    results = Map.copyOf(results);
  }

  /** Of the last look; empty when that got no answer. */
  public Optional<Duration> latency() {
    return last.flatMap(Sighting::took);
  }

  /** How far the last answer was behind its row; zero where it was not, empty where untold. */
  public Optional<Duration> staleness() {
    return last.flatMap(sighting ->
        switch (sighting.agreement()) {
          case Agreement.Same _ -> Optional.of(Duration.ZERO);
          case Agreement.Behind behind -> Optional.of(behind.by());
          case Agreement.NotCompared _,
              Agreement.Ahead _,
              Agreement.Blind _,
              Agreement.Incomparable _ ->
              Optional.empty();
        });
  }
}
