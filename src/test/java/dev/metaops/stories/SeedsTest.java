package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.StoredLedger;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Histories made by seeds, followed to the end: no event lost, none twice, none made up, no row
 * ended too soon. {@code bench/run seeds} lives thousands.
 */
class SeedsTest {
  /** Each failed once. */
  private static final long[] KNOWN = {313, 604};

  private static final int IN_MEMORY = Integer.getInteger("seeds.memory", 300);
  private static final int STORED = Integer.getInteger("seeds.stored", 25);
  private static final int DEEP = Integer.getInteger("seeds.deep", 60);
  private static final long FIRST = Long.getLong("seeds.first", 1);

  /** One of the two ways a seed is lived. */
  private interface Life {
    void live(SeededHistory history) throws SQLException;
  }

  private static LongStream seeds(int count) {
    return LongStream.concat(LongStream.of(KNOWN), LongStream.range(FIRST, FIRST + count));
  }

  private static List<String> failures(
      LongStream seeds, SeededHistory.LedgerMaker maker, Life life) {
    List<String> failures = new ArrayList<>();
    seeds.forEach(seed -> {
      List<TrialLedger> made = new ArrayList<>();
      try {
        life.live(
            new SeededHistory(
                seed,
                ticker -> {
                  TrialLedger ledger = maker.make(ticker);
                  made.add(ledger);
                  return ledger;
                }));
        for (TrialLedger ledger : made) {
          ledger.close();
        }
      } catch (SQLException | RuntimeException | AssertionError failed) {
        failures.add("seed " + seed + ": " + failed);
      }
    });
    return failures;
  }

  private static TrialLedger inMemory(SettableTicker ticker) {
    return new MemoryLedger(ticker);
  }

  @Test
  void whateverHappensWithinFinalityTheRowsAreTheSimulatorsOwn() {
    assertThat(failures(seeds(IN_MEMORY), SeedsTest::inMemory, SeededHistory::run)).isEmpty();
  }

  @Test
  void onPostgresTheyAreTheSame() {
    assertThat(failures(seeds(STORED), _ -> new StoredLedger(), SeededHistory::run)).isEmpty();
  }

  @Test
  void deeperThanFinalityNothingMovesUntilTheLedgerIsRewound() {
    assertThat(failures(seeds(DEEP), SeedsTest::inMemory, SeededHistory::runDeep)).isEmpty();
  }
}
