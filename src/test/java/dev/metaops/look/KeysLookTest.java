package dev.metaops.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Conversation;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.testing.TestPerson;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysLookTest {
  @TempDir private Path directory;

  private Diagnosis look(String variable, String key) {
    Where where =
        new Where(
            Map.of(variable, key),
            Optional.empty(),
            Optional.empty(),
            Where.UsualFile.LOOKED_FOR,
            directory,
            directory);
    return new KeysLook(
            new Conversation(
                Configuration.read(where), Shared.STANDARD, TestPerson.NOBODY, SystemTicker.SYSTEM))
        .ask(
            Optional.empty(),
            "no provider",
            Deadline.in(Duration.ofSeconds(1), SystemTicker.SYSTEM));
  }

  @Test
  void anAgeThatNobodyKnowsIsUnknownAndMakesAGoodKeyNoWorse() {
    Diagnosis found = look("PRIVATE_KEY", "0x" + "11".repeat(32));
    assertThat(found.condition()).isEqualTo(Condition.UP);
    assertThat(found.sentence()).isEqualTo("1 key");
    assertThat(found.next()).isEmpty();
    assertThat(found.vitals().getLast())
        .extracting(Vital::name, Vital::condition)
        .containsExactly("age", Condition.UNKNOWN);
  }

  @Test
  void anArbiterThatCannotBeComparedMakesTheKeysUnknown() {
    Diagnosis found = look("ARBITER_PRIVATE_KEY", "0x" + "11".repeat(32));
    assertThat(found.condition()).isEqualTo(Condition.UNKNOWN);
    assertThat(found.sentence()).contains("not compared with the contract's arbiter");
  }
}
