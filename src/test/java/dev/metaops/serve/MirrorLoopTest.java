package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class MirrorLoopTest {
  @Test
  void aTableThatTakesLongToReadIsReadLessOften() {
    assertThat(MirrorLoop.restAfter(Duration.ofMillis(20))).isEqualTo(Duration.ofSeconds(5));
    assertThat(MirrorLoop.restAfter(Duration.ofSeconds(4))).isEqualTo(Duration.ofSeconds(36));
    assertThat(MirrorLoop.restAfter(Duration.ofMinutes(2))).isEqualTo(Duration.ofMinutes(5));
  }
}
