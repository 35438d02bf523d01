package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.command.ExitCode;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listener died 40 minutes ago: what the ledger says is no answer any more. */
class StaleLedgerTest {
  private static final int ORDERS = 150;

  @TempDir Path directory;
  private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);

  @BeforeEach
  void aLedgerThatEnded() throws Exception {
    chain.mine(3);
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      Header start = chain.latest();
      ledger.openStream(31_337, start, new SettleOn.Finalized());
      Lease lease =
          ledger
              .takeLease(31_337, "story/1", Optional.empty(), Duration.ofMinutes(1))
              .orElseThrow();
      for (int at = 0; at < ORDERS; at++) {
        var terms = venue.registry().terms("ord_" + at, BigInteger.valueOf(1_000L + at));
        venue.insert(terms, venue.registry().keyOf(terms));
        venue.registry().create(terms);
      }
      ledger.giveUp(lease);
    }
    chain.finalizeBlock(chain.latest().ref());
    chain.mine(1);
    // Time is advanced: everything of the ledger is 40 minutes older, the rows 5 hours.
    venue.execute(
        "UPDATE metaops.stream SET seen_at = now() - interval '40 minutes', applied_at = now() -"
            + " interval '40 minutes', cursor_time = now() - interval '40 minutes', head_time ="
            + " now() - interval '40 minutes'");
    venue.execute("ALTER TABLE public.orders DISABLE TRIGGER USER");
    venue.execute(
        "UPDATE public.orders SET state = 'PENDING', state_since = now() - interval '5 h'");
    venue.execute("ALTER TABLE public.orders ENABLE TRIGGER USER");
  }

  @AfterEach
  void close() {
    chain.close();
  }

  @Test
  void theContractIsAskedAtOnceAndItIsSaidHowManyWereReached() {
    venue
        .registry()
        .release(
            venue.registry().keyOf(venue.registry().terms("ord_7", BigInteger.valueOf(1_007))));
    chain.finalizeBlock(chain.latest().ref());
    Said stuck = operator(chain.url()).types("order check-stuck 2 -o json --limit 200");
    assertThat(stuck.exit()).as(stuck.all()).isEqualTo(ExitCode.CRITICAL);
    assertThat(stuck.json().path("basis").path("kind").asString()).isEqualTo("chain");
    assertThat(stuck.json().path("basis").path("why").asString()).contains("behind");
    assertThat(stuck.json().path("basis").path("reached").asInt()).isEqualTo(ORDERS);
    assertThat(stuck.json().path("orders").path(0).path("order").asString()).isEqualTo("ord_7");
    assertThat(operator(chain.url()).types("order check-stuck 2").out())
        .contains("reached 150 of 150 open orders");
  }

  @Test
  void theLargestComeFirstWhenTheNodeGivesOutBeforeAllAreReached() throws IOException {
    try (SilentAfter node = new SilentAfter(chain.url(), 2)) {
      Said stuck =
          operator(node.url()).types("order check-stuck 2 -o json --limit 200 --timeout 4s");
      assertThat(stuck.json().path("basis").path("reached").asInt()).as(stuck.all()).isEqualTo(100);
      assertThat(stuck.json().path("basis").path("of").asInt()).isEqualTo(ORDERS);
      stuck
          .json()
          .path("orders")
          .forEach(order ->
              assertThat(order.path("verdict").asString())
                  .as(order.toString())
                  .isEqualTo(order.path("amount").asInt() >= 1_050 ? "WAITING" : "UNKNOWN"));
    }
  }

  @Test
  void withoutANodeItIsUnknownAndNeverNoneIsStuck() {
    Said stuck =
        operator("http://127.0.0.1:" + FakeServer.closedPort()).types("order check-stuck 2");
    assertThat(stuck.exit()).as(stuck.all()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(stuck.out()).contains("UNKNOWN").doesNotContain("No order is stuck");
  }

  private Operator operator(String node) {
    return new Operator(
        directory,
        Map.of(
            "DATABASE_URL",
            venue.orders().url().secretText(),
            "RPC_URL",
            node,
            "ESCROW_CONTRACT_ADDRESS",
            venue.registry().address().text()));
  }

  /** A node that answers so many questions about the contract, and then no more at all. */
  private static final class SilentAfter implements AutoCloseable {
    private final HttpServer server;
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger left;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final String node;

    SilentAfter(String node, int answers) throws IOException {
      this.node = node;
      this.left = new AtomicInteger(answers);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::pass);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void pass(HttpExchange exchange) throws IOException {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean isCall = new String(body, StandardCharsets.UTF_8).contains("\"eth_call\"");
      try {
        if (isCall && left.getAndDecrement() <= 0) {
          closing.await();
          return;
        }
        byte[] answer =
            client
                .send(
                    HttpRequest.newBuilder(URI.create(node))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofByteArray())
                .body();
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      closing.countDown();
      client.shutdownNow();
      server.stop(0);
    }
  }
}
