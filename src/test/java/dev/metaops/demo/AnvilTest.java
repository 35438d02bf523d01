package dev.metaops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.testing.TestChain;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnvilTest {
  @TempDir private Path directory;

  @Test
  void answersWhenStartedAndLeavesNothingWhenClosed() throws IOException {
    Anvil anvil = start(options());
    ProcessHandle process = ProcessHandle.of(anvil.pid()).orElseThrow();
    Path pidFile = directory.resolve("anvil.pid");

    assertThat(Files.readString(pidFile)).isEqualTo(anvil.pid() + "\n");
    assertThat(anvil.url()).isEqualTo("http://127.0.0.1:" + anvil.port());
    assertThat(anvil.webSocketUrl()).isEqualTo("ws://127.0.0.1:" + anvil.port());

    anvil.close();
    anvil.close();

    assertThat(process.isAlive()).isFalse();
    assertThat(pidFile).doesNotExist();
  }

  @Test
  void isWhatItWasAskedToBe() {
    try (TestChain chain =
        TestChain.start(
            options -> options.withChainId(137).withSlotsInAnEpoch(5).withAccounts(40))) {
      assertThat(chain.ask("eth_chainId").stringValue()).isEqualTo("0x89");
      assertThat(chain.accounts()).hasSize(40);
      chain.mine(20);
      assertThat(chain.safe().number()).isEqualTo(15);
      assertThat(chain.finalized().number()).isEqualTo(10);
    }
  }

  @Test
  void minesByItselfWhenToldHowOften() throws InterruptedException {
    try (TestChain chain = TestChain.start(new Mining.Every(Duration.ofMillis(100)))) {
      Deadline deadline = Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
      while (chain.latest().number() < 2 && !deadline.hasPassed()) {
        SystemTicker.SYSTEM.rest(Duration.ofMillis(10));
      }
      assertThat(chain.latest().number()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void aTakenPortIsSaid() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> start(options().withPort(taken.getLocalPort())))
          .isInstanceOf(AnvilFailure.class)
          .hasMessage(
              "port %d on 127.0.0.1 is taken (end what listens there, or name another port)"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void aMissingInstallationIsSaid() {
    assertThatThrownBy(() -> start(Anvil.Options.in(directory, directory)))
        .isInstanceOf(AnvilFailure.class)
        .hasMessageStartingWith("anvil is not installed: no " + directory)
        .hasMessageEndingWith("(run ./check, or npm install --no-save in devchain/)");
  }

  @Test
  void anEndBeforeTheFirstAnswerIsSaidWithItsReason() throws IOException {
    Path binary = directory.resolve("node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
    Files.createDirectories(binary.getParent());
    Files.writeString(binary, "#!/bin/sh\necho no such luck >&2\nexit 7\n");
    assertThat(binary.toFile().setExecutable(true)).isTrue();

    assertThatThrownBy(() -> start(Anvil.Options.in(directory, directory)))
        .isInstanceOf(AnvilFailure.class)
        .hasMessage("anvil ended at once with code 7; it said: no such luck");
    assertThat(directory.resolve("anvil.pid")).doesNotExist();
  }

  @Test
  void whatAKilledProcessLeftIsEnded() throws IOException {
    Anvil anvil = start(options());
    ProcessHandle process = ProcessHandle.of(anvil.pid()).orElseThrow();

    assertThat(Anvil.endRemains(directory)).isEqualTo(Anvil.Remains.ENDED);
    assertThat(process.isAlive()).isFalse();
    assertThat(Anvil.endRemains(directory)).isEqualTo(Anvil.Remains.NONE);

    Files.writeString(directory.resolve("anvil.pid"), ProcessHandle.current().pid() + "\n");
    assertThat(Anvil.endRemains(directory)).isEqualTo(Anvil.Remains.NOT_OURS);
    assertThat(directory.resolve("anvil.pid")).doesNotExist();

    Files.writeString(directory.resolve("anvil.pid"), "gibberish");
    assertThatThrownBy(() -> Anvil.endRemains(directory))
        .isInstanceOf(AnvilFailure.class)
        .hasMessageContaining("not a process id");
  }

  @Test
  void oneThatDoesNotListenIsKilled() throws IOException, InterruptedException {
    Anvil anvil = start(options());
    ProcessHandle process = ProcessHandle.of(anvil.pid()).orElseThrow();
    Process stop = new ProcessBuilder("kill", "-STOP", Long.toString(anvil.pid())).start();
    assertThat(stop.waitFor(5, TimeUnit.SECONDS)).isTrue();

    anvil.close();

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> options().withChainId(0)).hasMessage("chain id: 0 (expected: >= 1)");
    assertThatThrownBy(() -> options().withPort(70_000))
        .hasMessage("port: 70000 (expected: 1-65535)");
    assertThatThrownBy(() -> options().withAccounts(1001))
        .hasMessage("accounts: 1001 (expected: 1-1000)");
    assertThatThrownBy(() -> new Mining.Every(Duration.ZERO))
        .hasMessage("block time: PT0S (expected: >= PT0.05S)");
  }

  private Anvil.Options options() {
    return Anvil.Options.in(TestChain.devchain(), directory);
  }

  private static Anvil start(Anvil.Options options) {
    return Anvil.start(options, SystemTicker.SYSTEM);
  }
}
