package dev.metaops.connection;

import static dev.metaops.connection.Ways.JAVA;
import static dev.metaops.connection.Ways.LONG;
import static dev.metaops.connection.Ways.SECRET;
import static dev.metaops.connection.Ways.failing;
import static dev.metaops.connection.Ways.heads;
import static dev.metaops.connection.Ways.seen;
import static dev.metaops.connection.Ways.trace;
import static dev.metaops.connection.Ways.trusting;
import static dev.metaops.connection.Ways.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.connection.Outcome.Gravity;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestCertificate;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TlsFront;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates that are expired, of another name, or of nobody we know; and the whole way over TLS.
 */
@Timeout(60)
class TlsHopTest {
  private static final String NAMES = "dns:localhost,ip:127.0.0.1";

  @TempDir static Path directory;

  @AutoClose private static final TestChain chain = TestChain.start();

  private static TestCertificate good;
  private static TestCertificate expired;
  private static TestCertificate otherName;
  private static TestCertificate tenDays;

  @BeforeAll
  static void make() {
    chain.mine(3);
    good = TestCertificate.make(directory, "good", NAMES, 1, 90);
    expired = TestCertificate.make(directory, "expired", NAMES, 100, 90);
    otherName = TestCertificate.make(directory, "other", "dns:node.example.com", 1, 90);
    tenDays = TestCertificate.make(directory, "ten-days", NAMES, 80, 90);
  }

  @Test
  void certificatesAreNamedByWhatIsWrongWithThem() throws IOException {
    assertThat(atTls(good, JAVA)).contains("signed by itself, not by an issuer we know (CN=good)");
    assertThat(atTls(expired, trusting(expired))).contains("the certificate expired on");
    assertThat(atTls(expired, JAVA)).contains("signed by itself").contains("expired on");
    assertThat(atTls(otherName, trusting(otherName)))
        .contains("is for node.example.com and not for 127.0.0.1");
    try (FakeServer plain = FakeServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n")) {
      Traced traced = trace(heads("wss://127.0.0.1:" + plain.port(), JAVA), LONG);
      assertThat(failing(traced)).isEqualTo(Hop.TLS);
      assertThat(why(traced)).contains("does not speak TLS");
    }
  }

  private static String atTls(TestCertificate certificate, Roots roots) throws IOException {
    try (TlsFront front = front(certificate)) {
      Traced traced = trace(heads("wss://127.0.0.1:" + front.port() + "/" + SECRET, roots), LONG);
      assertThat(failing(traced)).isEqualTo(Hop.TLS);
      assertThat(traced.steps().getLast().outcome().next()).isNotEmpty();
      return why(traced);
    }
  }

  @Test
  void theWholeWayToANodeIsWalkedAndTimedOverTls() throws IOException {
    try (TlsFront front = front(good);
        Mining _ = new Mining()) {
      Traced traced = trace(heads("wss://localhost:" + front.port(), trusting(good)), LONG);
      assertThat(traced.gravity()).as("%s", traced).isEqualTo(Gravity.WELL);
      assertThat(traced.steps())
          .extracting(Step::hop)
          .containsExactly(
              Hop.DNS,
              Hop.TCP,
              Hop.TLS,
              Hop.HANDSHAKE,
              Hop.REQUEST,
              Hop.SUBSCRIPTION,
              Hop.FIRST_HEAD);
      assertThat(seen(traced, Hop.TLS)).startsWith("TLSv1.3, good, expires ").contains("days left");
      assertThat(seen(traced, Hop.REQUEST)).isEqualTo("chain 31337");
      assertThat(seen(traced, Hop.FIRST_HEAD)).startsWith("block ");
    }
  }

  @Test
  void aCertificateThatRunsOutSoonStillLeadsOn() throws IOException {
    try (TlsFront front = front(tenDays);
        Mining _ = new Mining()) {
      Traced traced = trace(heads("wss://localhost:" + front.port(), trusting(tenDays)), LONG);
      assertThat(traced.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(traced.steps().getLast().hop()).isEqualTo(Hop.FIRST_HEAD);
      assertThat(seen(traced, Hop.TLS)).contains("9 days left");
    }
  }

  private static TlsFront front(TestCertificate certificate) {
    return new TlsFront(
        certificate, URI.create(chain.webSocketUrl()).getPort(), TlsFront.Before.NOTHING);
  }

  /** A block now and then, until closed. */
  private static final class Mining implements AutoCloseable {
    private volatile boolean closed;
    private final Thread miner =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!closed) {
                  SystemTicker.SYSTEM.rest(Duration.ofMillis(100));
                  chain.mine(1);
                }
              } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
              }
            });

    @Override
    public void close() {
      closed = true;
      try {
        miner.join();
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
