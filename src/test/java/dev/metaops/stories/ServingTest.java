package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Main;
import dev.metaops.store.Database;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.Tunnel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process itself: {@code metaops serve} from an empty database to SIGTERM. */
class ServingTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir private Path directory;

  @Test
  void itInstallsFollowsAndStopsWithinTwoSeconds() {
    Database empty = TestPostgres.emptyDatabase();
    TestVenue venue = new TestVenue(chain, chain.deployRegistry(), empty);
    try (ServeProcess serve = serve(venue, Map.of())) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      Terms terms = venue.order("o-1");
      venue.registry().create(terms);
      chain.finalizeBlock(venue.registry().release(RegistryContract.key(terms)).block());
      serve.await("settled", SOON, () -> venue.state("o-1").equals("SETTLED"));
      assertThat(venue.one("SELECT value FROM metaops.setting WHERE name = 'guard'"))
          .isEqualTo("enforce");

      serve.process().destroy();
      assertThat(serve.awaitEnd(Duration.ofMillis(2500))).isEqualTo(143);
      assertThat(venue.one("SELECT coalesce(lease_holder, 'free') FROM metaops.stream"))
          .isEqualTo("free");
    }
    try (ServeProcess again = serve(venue, Map.of())) {
      again.await("at the head again", SOON, () -> again.output().contains("at its head"));
    }
  }

  @Test
  void anotherChainEndsItWithThree() {
    TestVenue venue = new TestVenue(chain);
    try (ServeProcess serve = serve(venue, Map.of("EXPECTED_CHAIN_ID", "137"))) {
      assertThat(serve.awaitEnd(SOON)).isEqualTo(3);
      assertThat(serve.output()).contains("is of chain 31337").contains("expected: 137");
    }
  }

  @Test
  void whoOnlyObservesIsToldWhatToSet() {
    TestVenue venue = new TestVenue(chain);
    try (ServeProcess serve =
        serve(venue, Map.of("METAOPS_CONFIG", configuration("observe").toString()))) {
      assertThat(serve.awaitEnd(SOON)).isEqualTo(3);
      assertThat(serve.output()).contains("orders.mode is observe").contains("expected: own");
    }
  }

  @Test
  void withoutItsOwnStoreItFollowsAllTheSame() {
    TestVenue venue = new TestVenue(chain);
    try (ServeProcess serve =
        serve(venue, Map.of("OPS_DATABASE_URL", "postgres://nobody:x@127.0.0.1:1/nowhere"))) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      serve.await("said", SOON, () -> serve.output().contains("goes on without its own store"));
      assertThat(serve.output()).contains("connection refused");
    }
  }

  @Test
  void aDatabaseThatIsNotThereYetIsWaitedFor() throws IOException {
    TestVenue venue = new TestVenue(chain);
    var url = venue.orders().url();
    int free;
    try (ServerSocket probe = new ServerSocket(0)) {
      free = probe.getLocalPort();
    }
    String through = url.secretText().replace(":" + url.port() + "/", ":" + free + "/");
    try (ServeProcess serve = serve(venue, Map.of("DATABASE_URL", through))) {
      serve.await("waits", SOON, () -> serve.output().contains("waits: database"));
      try (Tunnel _ = new Tunnel(url.port(), free)) {
        serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      }
    }
  }

  @Test
  void recordsAreSealedWithinSeconds() {
    TestVenue venue = new TestVenue(chain);
    try (ServeProcess serve = serve(venue, Map.of())) {
      serve.await("at the head", SOON, () -> serve.output().contains("at its head"));
      venue.order("o-1");
      venue.execute("UPDATE public.orders SET notes = 'called'");
      serve.await(
          "sealed",
          Duration.ofSeconds(5),
          () -> venue.one("SELECT count(*) FROM metaops.unsealed").equals("0"));
      assertThat(venue.one("SELECT count(*) FROM metaops.seal")).isEqualTo("1");
    }
  }

  private ServeProcess serve(TestVenue venue, Map<String, String> more) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "DATABASE_URL", venue.orders().url().secretText(),
                "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
                "RPC_URL", chain.url(),
                "RPC_WS_URL", chain.webSocketUrl(),
                "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
                "METAOPS_DATA_DIR", directory.toString(),
                "METAOPS_CONFIG", configuration("own").toString()));
    environment.putAll(more);
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment, directory.resolve("serve.log"));
  }

  private Path configuration(String mode) {
    Path file = directory.resolve(mode + ".toml");
    try {
      return Files.writeString(file, "[orders]\nmode = \"" + mode + "\"\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
