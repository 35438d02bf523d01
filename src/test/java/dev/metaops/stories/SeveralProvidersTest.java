package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.chaos.Fault;
import dev.metaops.command.ExitCode;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Commands ask every configured provider, and name each with its answer. */
class SeveralProvidersTest {
  @TempDir Path directory;

  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(1));

  private final TestVenue venue = new TestVenue(chain);
  private final Chaos chaos =
      new Chaos(
          Transport.http(Endpoint.parse("anvil", chain.url())),
          List.of(),
          7,
          SystemTicker.SYSTEM,
          _ -> {});
  private Optional<ChaosProxy> proxy = Optional.empty();

  /** Created and followed; then released and final, and nobody followed that. */
  @BeforeEach
  void aRowBehindTheChain() throws Exception {
    proxy = Optional.of(ChaosProxy.open(chaos, Optional.empty(), 0, SystemTicker.SYSTEM));
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    chain.mine(3);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
    assertThat(venue.state("o-1")).isEqualTo("PENDING");
    venue.registry().release(dev.metaops.demo.RegistryContract.key(terms));
    chain.mine(3);
  }

  @AfterEach
  void close() {
    proxy.ifPresent(ChaosProxy::close);
  }

  private void second(String... faults) {
    chaos.switchTo(Stream.of(faults).map(Fault::parse).toList());
  }

  private String proxied() {
    return "http://127.0.0.1:" + proxy.orElseThrow().port();
  }

  private static String closed() {
    return "http://127.0.0.1:" + FakeServer.closedPort();
  }

  private Operator operator(String... nodes) throws IOException {
    return new Operator(
            directory,
            Map.of(
                "DATABASE_URL", venue.orders().url().secretText(),
                "RPC_URL", String.join(",", nodes),
                "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()))
        .configured("[orders]\nmode = \"repair\"\n");
  }

  private static List<String> answers(Said said) {
    return said.json()
        .path("chain")
        .path("providers")
        .valueStream()
        .map(word -> word.path("answer").asString())
        .toList();
  }

  @Test
  void twoThatAgreeBothVouchAndAreNamed() throws Exception {
    Operator operator = operator(chain.url(), proxied());
    Said said = operator.types("order verify o-1");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("ROW_BEHIND")
        .contains("2 of 2 providers vouch for it")
        .contains("  " + proxied() + ": SETTLED, final up to block ");
    JsonNode json = operator.types("order verify o-1 -o json").json();
    assertThat(json.path("chain").path("providers").size()).isEqualTo(2);
    assertThat(json.path("chain").path("providers").path(1).path("answer").asString())
        .isEqualTo("AGREES");
  }

  @Test
  void oneThatIsDownIsNamedWithItsReasonWhicheverItIs() throws Exception {
    for (boolean isFirst : new boolean[] {true, false}) {
      String down = closed();
      Operator operator = isFirst ? operator(down, chain.url()) : operator(chain.url(), down);
      Said said = operator.types("order verify o-1");
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
      assertThat(said.out())
          .contains("ROW_BEHIND")
          .contains("1 of 2 providers vouch for it")
          .contains("  " + down + ": unreachable");
      Said swept = operator.types("events sweep");
      assertThat(swept.out())
          .contains("ROW_BEHIND")
          .contains("1 of 2 providers answered throughout (" + down + ": unreachable");
    }
  }

  @Test
  void oneThatIsBehindIsNamedAndTakesNothingBack() throws Exception {
    second("lag=4");
    Operator operator = operator(proxied(), chain.url());
    Said said = operator.types("order verify o-1");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .contains("ROW_BEHIND")
        .contains("1 of 2 providers vouch for it")
        .contains("  " + proxied() + ": behind: block ");
    assertThat(answers(operator.types("order verify o-1 -o json")))
        .containsExactly("BEHIND", "AGREES");
  }

  @Test
  void oneOnAForkOfItsOwnMakesItUnknown() throws Exception {
    second("fork=0");
    Operator operator = operator(chain.url(), proxied());
    Said said = operator.types("order verify o-1");
    assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(said.out())
        .contains("UNKNOWN, the row says PENDING")
        .contains("the providers disagree about what is final: ")
        .contains("0 of 2 providers vouch for it")
        .contains(proxied() + ": says SETTLED, final up to block ");
    assertThat(answers(operator.types("order verify o-1 -o json")))
        .containsExactly("DIFFERS", "DIFFERS");
    Said fixed = operator.types("order fix o-1 --execute --accept-one-provider");
    assertThat(fixed.exit()).as(fixed.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(venue.state("o-1")).isEqualTo("PENDING");
  }

  @Test
  void aRowIsMovedByTwoOrBySomebodyWhoTakesOneWord() throws Exception {
    Operator operator = operator(chain.url(), closed());
    Said refused = operator.types("order fix o-1 --execute");
    assertThat(refused.exit()).as(refused.all()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.all())
        .contains("moving a row takes two providers that agree: 1 of 2 (")
        .contains("--accept-one-provider");
    assertThat(venue.state("o-1")).isEqualTo("PENDING");
    Said fixed = operator.types("order fix o-1 --execute --accept-one-provider");
    assertThat(fixed.exit()).as(fixed.all()).isEqualTo(ExitCode.FINE);
    assertThat(venue.state("o-1")).isEqualTo("SETTLED");
    assertThat(operator.types("audit list").out() + venue.all("SELECT * FROM metaops.record"))
        .contains("one provider");
  }

  @Test
  void theDoctorHoldsTheBudgetAgainstWhatFollowingNeeds() throws Exception {
    Operator operator = operator(chain.url(), proxied());
    operator.configured("[orders]\nmode = \"repair\"\n[rpc]\nbudget = 1000\n");
    assertThat(operator.types("doctor").out())
        .containsPattern("ok +following +each of the other 1: about [0-9,]+ calls")
        .containsPattern(
            "warning +rpc.budget +1,000 calls a day and provider, following needs about [0-9,]+")
        .contains("set rpc.budget to ");
    operator.configured("[orders]\nmode = \"repair\"\n[rpc]\nbudget = 10000000000\n");
    assertThat(operator.types("doctor").out())
        .containsPattern("ok +rpc.budget +10,000,000,000 calls a day")
        .contains("verdicts and sweeps take the rest");
  }

  @Test
  void twoThatVouchMoveIt() throws Exception {
    Said fixed = operator(chain.url(), proxied()).types("order fix o-1 --execute");
    assertThat(fixed.exit()).as(fixed.all()).isEqualTo(ExitCode.FINE);
    assertThat(venue.state("o-1")).isEqualTo("SETTLED");
  }
}
