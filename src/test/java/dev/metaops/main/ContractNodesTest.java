package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Contract commands with nodes of other chains, that are down, hang or babble. */
class ContractNodesTest extends ContractCommands {
  private static TestChain otherChain;

  @BeforeAll
  static void openAnother() {
    otherChain = TestChain.start(options -> options.withChainId(31_338));
  }

  @AfterAll
  static void closeTheOther() {
    otherChain.close();
  }

  @Test
  void providersOfOtherChainsWithOtherCodeOrNoAnswerAreNamed() {
    environment.put("RPC_URL", chain.url() + "," + chain.url().replace("127.0.0.1", "localhost"));
    assertThat(run("verify-network-contracts").exit()).isEqualTo(ExitCode.FINE);
    environment.put("RPC_URL", chain.url() + "," + otherChain.url());
    expect("contract verify network", ExitCode.CRITICAL, "wrong-chain", "chain 31338");
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "," + chain.url());
    expect("contract verify network", ExitCode.WARNING, "provider-down", "unreachable");
    pin();
    assertThat(run("contract verify deployment").exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void aChainThatIsDownIsAFindingForJudgesAndCouldNotForPin() {
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "/?key=s3cretKey1");
    for (String line : List.of("contract verify", "contract test", "contract verify events")) {
      Said said = run(line);
      assertThat(said.exit()).as(line).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.text()).as(line).contains("unreachable").doesNotContain("s3cretKey1");
    }
    assertThat(run("contract pin --execute").exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(run("contract pause").exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void aNodeThatHangsOrTalksGarbageEndsTheCommandAndIsBlamed() throws IOException {
    try (FakeServer silent = FakeServer.silent();
        FakeServer babbling =
            FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
      for (FakeServer server : List.of(silent, babbling)) {
        environment.put("RPC_URL", "http://127.0.0.1:" + server.port());
        Said said = run("contract verify full --timeout 500ms");
        assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
        assertThat(said.text()).containsAnyOf("no answer within", "answer not understood");
        environment.put("RPC_URL", "http://127.0.0.1:" + server.port() + "," + chain.url());
        Said second = run("contract verify network --timeout 2s");
        assertThat(second.exit()).as(second.text()).isEqualTo(ExitCode.WARNING);
      }
    }
  }
}
