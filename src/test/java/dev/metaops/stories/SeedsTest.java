package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Histories made by seeds, followed to the end: no event lost, none twice, none made up, no row
 * ended too soon. {@code bench/run seeds} lives thousands; {@code -Dseeds.first} begins elsewhere.
 */
class SeedsTest {
  private static final long FIRST = Long.getLong("seeds.first", 1);

  private static Seeds live(Seeds.Way way, int count) {
    Seeds lived = Seeds.live(way, FIRST, Integer.getInteger("seeds.count", count));
    assertThat(lived.failures()).as(lived.figures()).isEmpty();
    return lived;
  }

  @Test
  void whateverHappensWithinFinalityTheRowsAreTheSimulatorsOwn() {
    Seeds lived = live(Seeds.Way.IN_MEMORY, 300);
    assertThat(lived.refuted()).as(lived.figures()).isPositive();
  }

  @Test
  void onPostgresTheyAreTheSame() {
    live(Seeds.Way.ON_POSTGRES, 25);
  }

  @Test
  void deeperThanFinalityNothingMovesUntilTheLedgerIsRewound() {
    live(Seeds.Way.DEEP_IN_MEMORY, 60);
  }

  @Test
  void deeperThanFinalityOnPostgresToo() {
    live(Seeds.Way.DEEP_ON_POSTGRES, 5);
  }
}
