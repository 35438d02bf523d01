package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * The listener, fixes and people at psql on the same orders: nothing is lost, no row ends against
 * the chain. {@code bench/run race} runs 100,000; {@code -Drace.first} begins elsewhere.
 */
class RaceTest {
  @Test
  void whoeverIsFirstNothingIsLostAndNoRowEndsAgainstTheChain() throws SQLException {
    int count = Integer.getInteger("race.count", 300);
    Race race = Race.run(Long.getLong("race.first", 1), count, 2);
    System.out.println(race.figures());
    assertThat(race.failures()).as(race.figures()).isEmpty();
    assertThat(race.count()).as(race.figures()).isGreaterThanOrEqualTo(count);
    assertThat(race.fixed()).as(race.figures()).isPositive();
  }
}
