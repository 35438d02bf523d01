package dev.metaops.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
  @Test
  void everyKindHasANameOfItsOwnAndASentence() {
    Set<String> words = new HashSet<>();
    for (Kind kind : Kinds.ALL) {
      assertThat(words.add(kind.word())).as(kind.word()).isTrue();
      assertThat(kind.word()).matches("[a-z]+(-[a-z]+)*");
      assertThat(kind.sentence()).as(kind.word()).isNotBlank().doesNotEndWith(".");
    }
  }

  @Test
  void everyKindIsReadAsItIsSpelled() {
    for (Kind kind : Kinds.ALL) {
      Fault always = kind.measure() == Kind.Measure.NOTHING ? Fault.of(kind) : Fault.of(kind, 404);
      Fault often = always.when(new Occasion.Share(0.05));
      assertThat(Fault.parse(always.text())).isEqualTo(always);
      assertThat(Fault.parse(often.text())).isEqualTo(often);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "omit-log",
        "omit-log=0.01",
        "omit-log=1.0",
        "omit-log=0.00000001",
        "omit-block=every:3",
        "omit-log=block:120",
        "hang=2",
        "lag=3",
        "lag=3,0.5",
        "fork=-5",
        "finalized-back=4",
        "finalized-back=4,always",
        "latency=200,0.5"
      })
  void isSpelledAsItWasRead(String text) {
    assertThat(Fault.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "omit-logs|expected: omit-block, omit-log,",
        "lag|expected: lag=N, blocks",
        "lag=0|lag: 0 (expected: blocks, 1 to 1000000000)",
        "lag=x|expected: lag=N",
        "omit-log=2.0|a rate like 0.05",
        "omit-log=|a rate like 0.05",
        "omit-log=0.1,0.2|a rate like 0.05",
        "http-error=200|an HTTP status, 400 to 599",
        "hang=block:4|expected: no block"
      })
  void whatCannotBeReadIsRefusedWithWhatCan(String text, String words) {
    assertThatThrownBy(() -> Fault.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }
}
