package dev.metaops.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FollowingCostTest {
  /** Two seconds a block, 10 kB a block, an event every ten blocks, one contract. */
  private static final FollowingCost.Measured POLYGON =
      new FollowingCost.Measured(Duration.ofSeconds(2), 10_000, 0.1, 1);

  @Test
  void callsAndBytesFollowTheFormula() {
    // 86,400 steps of 4 calls, 43,200 blocks of 2.
    FollowingCost polled = FollowingCost.polling(POLYGON, Duration.ofSeconds(1));
    assertThat(polled.calls()).isEqualTo(4 * 86_400 + 2 * 43_200);
    assertThat(polled.bytes())
        .isEqualTo((4 * 86_400 + 43_200) * 10_000L + 4_320 * 700 + 432_000 * 150);
    assertThat(polled.sentence()).isEqualTo("about 432,000 calls and 4.0 GB a day");
  }

  @Test
  void pushCostsAStepABlockAndNeverMoreThanItsNetOfPolls() {
    FollowingCost pushed = FollowingCost.pushed(POLYGON, FollowingCost.NET);
    assertThat(pushed.calls()).isEqualTo(4 * 43_200 + 2 * 43_200);
    assertThat(pushed.calls())
        .isLessThan(FollowingCost.polling(POLYGON, Duration.ofSeconds(1)).calls());
  }

  @Test
  void vouchingForWhatIsFinalAsksEachNodeOnceABlock() {
    assertThat(FollowingCost.vouching(POLYGON).calls()).isEqualTo(4 * 43_200);
    assertThat(
            FollowingCost.pushed(POLYGON, FollowingCost.NET)
                .and(FollowingCost.vouching(POLYGON))
                .calls())
        .isEqualTo(10 * 43_200);
  }

  @Test
  void lookingAfterANodesHealthIsCounted() {
    FollowingCost looking = FollowingCost.looking(POLYGON, Duration.ofSeconds(30));
    assertThat(looking.calls()).isEqualTo(6 * 2_880);
    assertThat(looking.bytes()).isEqualTo(5 * 2_880 * 10_000L + 6 * 2_880 * 150);
  }

  @Test
  void manyContractsNeedMoreQuestionsAboutEachBlock() {
    FollowingCost one = FollowingCost.polling(POLYGON, Duration.ofSeconds(1));
    FollowingCost many =
        FollowingCost.polling(
            new FollowingCost.Measured(Duration.ofSeconds(2), 10_000, 0.1, 1_200),
            Duration.ofSeconds(1));
    assertThat(many.calls() - one.calls()).isEqualTo(2 * 43_200);
  }
}
