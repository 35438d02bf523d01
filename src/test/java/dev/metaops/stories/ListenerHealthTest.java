package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.ChainHead;
import dev.metaops.chaos.Chaos;
import dev.metaops.chaos.ChaosProxy;
import dev.metaops.main.Main;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.Tunnel;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code health listener}: what ails a real one, told apart within 15 s from another process. */
class ListenerHealthTest {
  private static final Duration PROMISE = Duration.ofSeconds(15);
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Each answer comes, and following takes longer than the chain. */
  private static final Duration SLOWNESS = Duration.ofMillis(150);

  @AutoClose private final TestChain chain = TestChain.start();

  private final Chaos chaos =
      new Chaos(
          new StandingStill(Transport.http(Endpoint.parse("anvil", chain.url()))),
          List.of(),
          7,
          SystemTicker.SYSTEM,
          _ -> {});

  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;
  private int port;
  private volatile Optional<ChainHead> standing = Optional.empty();

  /** A node that answers everything, and whose newest block stays the same while it is told so. */
  private final class StandingStill implements Transport {
    private final Transport real;

    StandingStill(Transport real) {
      this.real = real;
    }

    @Override
    public Outcome post(byte[] body, Deadline deadline) {
      return real.post(standing.map(head -> asOf(head, body)).orElse(body), deadline);
    }

    private static byte[] asOf(ChainHead head, byte[] body) {
      String asked = new String(body, StandardCharsets.UTF_8);
      return asked
          .replace("\"latest\"", hex(head.latest().number()))
          .replace("\"safe\"", hex(head.finalized().orElseThrow().number()))
          .replace("\"finalized\"", hex(head.finalized().orElseThrow().number()))
          .getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(long number) {
      return "\"0x" + Long.toHexString(number) + "\"";
    }
  }

  @Test
  void eachIsCalledByItsNameInTimeAndNoneByAnothers() throws Exception {
    try (ChaosProxy proxy = ChaosProxy.open(chaos, Optional.empty(), 0, SystemTicker.SYSTEM);
        Tunnel node = new Tunnel(proxy.port())) {
      port = node.port();
      try (ServeProcess serve = serve()) {
        long process = serve.process().pid();
        awaitWords(serve, SOON, "following");

        signal("STOP", process);
        awaitWords(serve, PROMISE, "hung since");
        signal("CONT", process);
        awaitWords(serve, SOON, "following");

        node.swallow();
        awaitWords(serve, PROMISE, "stuck since", "no answer within");
        node.lead();
        awaitWords(serve, SOON, "following");

        standing = Optional.of(chain.head());
        awaitWords(serve, PROMISE, "receives nothing new");
        standing = Optional.empty();
        awaitWords(serve, SOON, "following");

        node.late(SLOWNESS);
        chain.mine(40, Duration.ofSeconds(3));
        awaitWords(serve, PROMISE, "behind by ", " blocks");
        node.late(Duration.ZERO);
        awaitWords(serve, SOON, "following");

        serve.process().destroyForcibly();
        serve.awaitEnd(SOON);
        assertThat(looks().out()).contains("dead since", "its process " + process + " has ended");
      }
    }
  }

  private static void signal(String name, long process) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor())
        .isZero();
  }

  /** One block a look: a chain that stands still gives nothing to receive. */
  private void awaitWords(ServeProcess serve, Duration most, String... words) {
    serve.await(
        String.join(", ", words),
        most,
        () -> {
          chain.mine(1);
          String said = looks().out();
          return List.of(words).stream().allMatch(said::contains);
        });
  }

  private Said looks() {
    Map<String, String> environment = new HashMap<>(environment("operator"));
    environment.put("RPC_URL", chain.url());
    return new Operator(directory, environment).types("health listener -o json");
  }

  private Map<String, String> environment(String name) {
    return Map.of(
        "DATABASE_URL", venue.orders().url().secretText(),
        "RPC_URL", "http://127.0.0.1:" + port,
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
        "METAOPS_DATA_DIR", directory.resolve(name).toString());
  }

  private ServeProcess serve() throws IOException {
    Map<String, String> environment = new HashMap<>(environment("serve"));
    environment.put("OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText());
    environment.put(
        "METAOPS_CONFIG",
        Files.writeString(
                directory.resolve("own.toml"),
                "[orders]\nmode = \"own\"\n[listen]\nblocks-per-transaction = 1\n")
            .toString());
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment, directory.resolve("serve.log"));
  }
}
