package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.RegistryContract;
import dev.metaops.main.Main;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fallback inside {@code serve}: what the ledger does not know, the contract tells. */
class SweepingTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;

  @Test
  void aLedgerThatLostAnEventIsFoundOutSaidAndLoggedAndSoIsItsEnd() {
    var terms = venue.order("o-1");
    venue.registry().create(terms);
    chain.finalizeBlock(chain.latest().ref());
    try (ServeProcess serve = serve()) {
      serve.await("funded", SOON, () -> venue.state("o-1").equals("PENDING"));
      chain.finalizeBlock(venue.registry().release(RegistryContract.key(terms)).block());
      serve.await("settled", SOON, () -> venue.state("o-1").equals("SETTLED"));

      // As if the release had never been read.
      stands("PENDING", "PENDING");
      serve.await("said", SOON, () -> serve.output().contains("P1 event-missed: o-1"));
      assertThat(serve.output())
          .contains("sweep: 1 of 1 open orders contradict the contract")
          .contains("metaops events sweep");
      serve.await("logged", SOON, () -> log().contains("\"what\":\"finding\""));
      assertThat(log()).contains("\"code\":\"event-missed\"").contains("\"subject\":\"order o-1\"");

      // The ledger knows, and somebody put the row back.
      stands("PENDING", "SETTLED");
      serve.await("told apart", SOON, () -> serve.output().contains("P2 row-behind: o-1"));

      stands("SETTLED", "SETTLED");
      serve.await(
          "over",
          SOON,
          () -> serve.output().contains("every open order agrees with its contract again"));
      assertThat(log()).contains("\"what\":\"cleared\"");
    }
  }

  private void stands(String row, String ledger) {
    venue.execute("ALTER TABLE public.orders DISABLE TRIGGER USER");
    venue.execute("UPDATE public.orders SET state = ?", row);
    venue.execute("ALTER TABLE public.orders ENABLE TRIGGER USER");
    venue.execute(
        "UPDATE metaops.order_status SET folded_state = ?, chain_state = ?", ledger, ledger);
  }

  private String log() {
    Path file = directory.resolve("data/log/events.jsonl");
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ServeProcess serve() {
    try {
      Path configuration =
          Files.writeString(
              directory.resolve("own.toml"),
              "[orders]\nmode = \"own\"\n[listen]\nsweep-interval = \"1s\"\n");
      return ServeProcess.start(
          Main.class.getName(),
          List.of("serve"),
          Map.of(
              "DATABASE_URL", venue.orders().url().secretText(),
              "OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText(),
              "RPC_URL", chain.url(),
              "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
              "METAOPS_DATA_DIR", directory.resolve("data").toString(),
              "METAOPS_CONFIG", configuration.toString()),
          directory.resolve("serve.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
