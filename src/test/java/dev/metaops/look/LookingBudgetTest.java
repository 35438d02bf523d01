package dev.metaops.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.Conversation;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Endpoint;
import dev.metaops.config.Where;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.reach.Reach;
import dev.metaops.rpc.Budget;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Purpose;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} asks a node for its health comes out of the same budget, and last. */
class LookingBudgetTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir private Path directory;

  @Test
  void leavesToFollowingWhatItNeedsAndSaysThatItDidNotLook() {
    Conversation conversation = conversation();
    Endpoint endpoint = conversation.settings().chain().providers().getFirst();
    Provider followed =
        Reach.provider(endpoint, Patience.STEADY, SystemTicker.SYSTEM)
            .within(new Budget(Optional.of(100L), Optional.empty()));
    ProviderLook look = new ProviderLook(endpoint, conversation, _ -> followed.once(Purpose.PROOF));
    assertThat(look.ask(soon()).condition()).isNotIn(Condition.UNKNOWN);
    assertThat(followed.calls()).isBetween(1L, (long) ProviderLook.QUESTIONS);

    look.ask(soon());
    long spent = followed.calls();
    Diagnosis blind = look.ask(soon());
    assertThat(blind.condition()).isEqualTo(Condition.UNKNOWN);
    assertThat(blind.sentence())
        .contains("not asked, it would take from following", "our own budget of 100 calls a day");
    assertThat(followed.calls()).isEqualTo(spent);
    assertThat(followed.chainId(soon())).isEqualTo(31_337);
  }

  @Test
  void waitsForAMomentInWhichFollowingAsksLittleRatherThanCallItBlind() {
    Conversation conversation = conversation();
    Endpoint endpoint = conversation.settings().chain().providers().getFirst();
    Provider followed =
        Reach.provider(endpoint, Patience.STEADY, SystemTicker.SYSTEM)
            .within(new Budget(Optional.empty(), Optional.of(20)));
    for (int asked = 0; asked < 10; asked++) {
      followed.chainId(soon());
    }
    ProviderLook look = new ProviderLook(endpoint, conversation, _ -> followed.once(Purpose.PROOF));
    assertThat(look.ask(soon()).condition()).isNotIn(Condition.UNKNOWN);
    assertThat(look.seen().orElseThrow().latency()).isLessThan(Duration.ofMillis(200));
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(5), SystemTicker.SYSTEM);
  }

  private Conversation conversation() {
    return new Conversation(
        Configuration.read(
            new Where(
                Map.of("METAOPS_DATA_DIR", directory.toString(), "RPC_URL", chain.url()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.NOBODY,
        SystemTicker.SYSTEM);
  }
}
