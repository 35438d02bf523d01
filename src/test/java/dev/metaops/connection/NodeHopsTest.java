package dev.metaops.connection;

import static dev.metaops.connection.Ways.JAVA;
import static dev.metaops.connection.Ways.LONG;
import static dev.metaops.connection.Ways.SECRET;
import static dev.metaops.connection.Ways.failing;
import static dev.metaops.connection.Ways.heads;
import static dev.metaops.connection.Ways.http;
import static dev.metaops.connection.Ways.rpc;
import static dev.metaops.connection.Ways.seen;
import static dev.metaops.connection.Ways.trace;
import static dev.metaops.connection.Ways.walk;
import static dev.metaops.connection.Ways.why;
import static dev.metaops.connection.Ways.ws;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.connection.Outcome.Gravity;
import dev.metaops.testing.FakeHeads;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The way to a node: its chain, its keys, and its socket to the first head. */
@Timeout(60)
class NodeHopsTest {
  @AutoClose private static final TestChain chain = TestChain.start();

  @Test
  void aNodeNamesItsChainAndRefusesKeys() throws IOException {
    Traced well = trace(rpc(chain.url()), LONG);
    assertThat(well.gravity()).isEqualTo(Gravity.WELL);
    assertThat(seen(well, Hop.REQUEST)).startsWith("chain 31337, block ");

    Target wrong = new RpcTarget(http(chain.url()), Optional.of(137L), JAVA, SystemTicker.SYSTEM);
    assertThat(why(trace(wrong, LONG))).contains("wrong chain, its id is 31337 (expected: 137");
    Target wrongSocket =
        new HeadsTarget(ws(chain.webSocketUrl()), Optional.of(137L), JAVA, SystemTicker.SYSTEM);
    assertThat(why(trace(wrongSocket, LONG)))
        .contains("wrong chain, its id is 31337 (expected: 137");

    try (FakeNode node = new FakeNode()) {
      node.behave(new FakeNode.Behaviour.Says(401, Map.of(), "no such key " + SECRET));
      Traced refused = trace(rpc(node.url() + "/v2/" + SECRET), LONG);
      assertThat(failing(refused)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(refused)).contains("key refused");
      assertThat(refused.toString()).doesNotContain(SECRET);
      node.behave(new FakeNode.Behaviour.Says(429, Map.of(), "slow down"));
      assertThat(why(trace(rpc(node.url()), LONG))).contains("quota used up");
      node.behave(new FakeNode.Behaviour.Raw("garbage\r\n\r\n"));
      assertThat(trace(rpc(node.url()), LONG).gravity()).isEqualTo(Gravity.DOWN);
    }
  }

  @Test
  void aSocketIsFollowedToItsFirstHead() throws Exception {
    try (FakeHeads node = new FakeHeads()) {
      Walk.Under refused = walk(heads(node.url() + "/" + SECRET, JAVA), LONG);
      node.next().refuse(401);
      assertThat(why(refused.traced())).contains("key refused, HTTP 401");

      Walk.Under quiet = walk(heads(node.url() + "/" + SECRET, JAVA), Duration.ofSeconds(2));
      node.next()
          .agree()
          .say("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x89\"}")
          .say("{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x9\"}");
      Traced traced = quiet.traced();
      assertThat(traced.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(seen(traced, Hop.FIRST_HEAD)).startsWith("subscribed, no head within ");

      Walk.Under unsubscribed = walk(heads(node.url() + "/" + SECRET, JAVA), LONG);
      node.next()
          .agree()
          .say("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x89\"}")
          .say(
              "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32601,\"message\":\"not with "
                  + SECRET
                  + "\"}}");
      Traced no = unsubscribed.traced();
      assertThat(failing(no)).isEqualTo(Hop.SUBSCRIPTION);
      assertThat(why(no)).contains("eth_subscribe newHeads refused: not with ‹hidden›");
    }
    try (FakeServer web = FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) {
      assertThat(failing(trace(heads("ws://127.0.0.1:" + web.port(), JAVA), LONG)))
          .isEqualTo(Hop.HANDSHAKE);
    }
  }
}
