package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Answers changed in every way at every place: refused or harmless, never anything thrown but a
 * refusal, and forgotten once the node is honest. {@code -Dhostile.count} lives more seeds, {@code
 * -Dhostile.first} others.
 */
class HostileAnswersTest {
  /** Each failed once. */
  private static final List<Long> KNOWN = List.of(7L, 33L, 102L, 136L);

  private static final long FIRST = Long.getLong("hostile.first", 1);
  private static final int COUNT = Integer.getInteger("hostile.count", 40);

  @Test
  void whateverANodeSaysNothingButARefusalComesOutAndTheLedgerIsTheTruth() {
    List<String> failures = new ArrayList<>();
    long answers = 0;
    long refusals = 0;
    for (long seed :
        LongStream.concat(
                KNOWN.stream().mapToLong(Long::longValue), LongStream.range(FIRST, FIRST + COUNT))
            .toArray()) {
      List<String> said = List.of();
      try {
        HostileHistory history = new HostileHistory(seed);
        said = history.said();
        List<String> otherwise = history.live();
        if (!otherwise.isEmpty()) {
          failures.add("seed " + seed + ": " + otherwise);
        }
        answers += said.size();
        refusals += history.refusals();
      } catch (Throwable thrown) { // whatever it is: that is what is looked for
        StackTraceElement[] trace = thrown.getStackTrace();
        failures.add(
            "seed %d, after “%s”: %s%n    %s"
                .formatted(
                    seed,
                    said.isEmpty() ? "" : said.getLast(),
                    thrown,
                    List.of(trace).subList(0, Math.min(8, trace.length))));
      }
    }
    System.out.printf(
        "%d seeds from %d: %d answers changed, %d refused%n", COUNT, FIRST, answers, refusals);
    assertThat(failures).isEmpty();
  }
}
