package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.contract.Agreement.Said;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Hash CODE = new Hash("0x" + "ab".repeat(32));
  private static final Hash OTHER = new Hash("0x" + "cd".repeat(32));
  private static final BlockRef BLOCK = new BlockRef(7, CODE);
  private static final Said RIGHT = new Said.Seen("one", 1, BLOCK, CODE);

  @Test
  void eachDisagreementIsNamedWithTheProviderThatStandsAlone() {
    assertThat(judged(RIGHT, new Said.Seen("two", 1, BLOCK, CODE)))
        .containsExactly(Symptom.AS_EXPECTED, Symptom.AS_EXPECTED);
    assertThat(judged(RIGHT, new Said.Seen("two", 1, BLOCK, OTHER)))
        .containsExactly(Symptom.AS_EXPECTED, Symptom.PROVIDERS_DISAGREE);
    assertThat(judged(RIGHT, new Said.Seen("two", 1, new BlockRef(7, OTHER), CODE)))
        .containsExactly(Symptom.AS_EXPECTED, Symptom.PROVIDERS_DISAGREE);
    assertThat(judged(RIGHT, new Said.Seen("two", 5, BLOCK, CODE)))
        .containsExactly(Symptom.AS_EXPECTED, Symptom.WRONG_CHAIN);
    assertThat(judged(RIGHT, new Said.Failed("two", "down")))
        .containsExactly(Symptom.AS_EXPECTED, Symptom.PROVIDER_DOWN);
  }

  @Test
  void theConfiguredChainDecidesNotTheFirstProvider() {
    assertThat(Agreement.judge(List.of(RIGHT), Optional.of(5L)).getFirst().symptom())
        .isEqualTo(Symptom.WRONG_CHAIN);
  }

  @Test
  void oneOfTwoDownIsAWarningAndAllDownIsCritical() {
    Said down = new Said.Failed("two", "down");
    assertThat(Agreement.judge(List.of(RIGHT, down), Optional.empty()))
        .extracting(Check::grade)
        .containsExactly(Grade.FINE, Grade.WARNING);
    assertThat(Agreement.judge(List.of(down, down), Optional.empty()))
        .extracting(Check::grade)
        .containsOnly(Grade.CRITICAL);
  }

  private static List<Symptom> judged(Said... all) {
    return Agreement.judge(List.of(all), Optional.empty()).stream().map(Check::symptom).toList();
  }
}
