package dev.metaops.connection;

import static dev.metaops.connection.Ways.JAVA;
import static dev.metaops.connection.Ways.LONG;
import static dev.metaops.connection.Ways.SECRET;
import static dev.metaops.connection.Ways.SHORT;
import static dev.metaops.connection.Ways.failing;
import static dev.metaops.connection.Ways.heads;
import static dev.metaops.connection.Ways.postgres;
import static dev.metaops.connection.Ways.rest;
import static dev.metaops.connection.Ways.rpc;
import static dev.metaops.connection.Ways.trace;
import static dev.metaops.connection.Ways.why;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.FakeServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each hop is made to fail for real; the way ends there and names it. */
@Timeout(60)
class HopsTest {
  @AutoClose private static final FakeServer silent = FakeServer.silent();

  @Test
  void aNameThatIsNoneFailsAtDns() {
    Traced traced = trace(rpc("http://no-such-host.invalid:1/" + SECRET), LONG);
    assertThat(failing(traced)).isEqualTo(Hop.DNS);
    assertThat(traced.steps()).hasSize(1);
  }

  @Test
  void aClosedPortFailsAtTcpWhateverTheProtocol() {
    int port = FakeServer.closedPort();
    for (Target target :
        List.of(
            rpc("http://127.0.0.1:" + port + "/" + SECRET),
            heads("ws://127.0.0.1:" + port + "/" + SECRET, JAVA),
            postgres("postgres://me:" + SECRET + "@127.0.0.1:" + port + "/db"),
            rest("http://127.0.0.1:" + port))) {
      Traced traced = trace(target, LONG);
      assertThat(failing(traced)).as(target.subject()).isEqualTo(Hop.TCP);
      assertThat(why(traced)).contains("connection refused");
      assertThat(traced.steps().getLast().outcome().next()).contains("check that it runs");
    }
  }

  @Test
  void whoTakesTheConnectionAndSaysNothingIsNamedByTheHopThatWaited() {
    String at = "127.0.0.1:" + silent.port();
    assertSilentAt(Hop.AUTHENTICATION, rpc("http://" + at + "/" + SECRET));
    assertSilentAt(Hop.TLS, rpc("https://" + at + "/" + SECRET));
    assertSilentAt(Hop.HANDSHAKE, heads("ws://" + at + "/" + SECRET, JAVA));
    assertSilentAt(Hop.TLS, heads("wss://" + at + "/" + SECRET, JAVA));
    assertSilentAt(Hop.AUTHENTICATION, postgres("postgres://me:" + SECRET + "@" + at + "/db"));
    assertSilentAt(Hop.TLS, postgres("postgres://me:" + SECRET + "@" + at + "/db?sslmode=require"));
    assertSilentAt(Hop.AUTHENTICATION, rest("http://" + at));
  }

  private static void assertSilentAt(Hop hop, Target target) {
    Traced traced = trace(target, SHORT);
    assertThat(failing(traced)).as(target + " " + traced).isEqualTo(hop);
    assertThat(why(traced)).contains("answer within");
    assertThat(traced.toString()).doesNotContain(SECRET);
  }

  @Test
  void whoTricklesForEverIsCutShort() throws IOException {
    // The beginning of a TLS record of 16 KB that never ends, and of an HTTP answer.
    try (Trickle tls = new Trickle(new byte[] {22, 3, 3, 64, 0}, (byte) 2);
        Trickle http =
            new Trickle("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII), (byte) 'x')) {
      Traced atTls = trace(heads("wss://127.0.0.1:" + tls.port(), JAVA), SHORT);
      assertThat(failing(atTls)).isEqualTo(Hop.TLS);
      assertThat(why(atTls)).contains("no complete answer within");
      for (Target target :
          List.of(
              heads("ws://127.0.0.1:" + http.port(), JAVA),
              rest("http://127.0.0.1:" + http.port()),
              rpc("http://127.0.0.1:" + http.port()))) {
        Traced traced = trace(target, SHORT);
        assertThat(failing(traced)).isIn(Hop.HANDSHAKE, Hop.AUTHENTICATION);
        assertThat(why(traced)).containsAnyOf("no complete answer within", "no answer within");
      }
    }
  }
}
