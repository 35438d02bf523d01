package dev.metaops.command;

import static dev.metaops.command.ExitCode.COULD_NOT;
import static dev.metaops.command.ExitCode.CRITICAL;
import static dev.metaops.command.ExitCode.FINE;
import static dev.metaops.command.ExitCode.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExitCodeTest {
  @Test
  void theWorstWinsTwoOverThreeOverOne() {
    assertThat(CRITICAL.worst(COULD_NOT)).isEqualTo(CRITICAL);
    assertThat(COULD_NOT.worst(CRITICAL)).isEqualTo(CRITICAL);
    assertThat(WARNING.worst(COULD_NOT)).isEqualTo(COULD_NOT);
    assertThat(FINE.worst(WARNING)).isEqualTo(WARNING);
    for (ExitCode code : ExitCode.values()) {
      assertThat(FINE.worst(code)).isEqualTo(code);
      assertThat(code.worst(CRITICAL)).isEqualTo(CRITICAL);
    }
  }

  @Test
  void theShellSeesTheDocumentedNumbers() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::status))
        .containsExactly(0, 1, 2, 3, 4, 5, 64);
  }
}
