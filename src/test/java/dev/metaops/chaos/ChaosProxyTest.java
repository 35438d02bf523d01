package dev.metaops.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.NewHeads;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Transport;
import dev.metaops.testing.FakeHeads;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Real sockets on both sides. */
@Timeout(60)
class ChaosProxyTest {
  @AutoClose private final FakeNode node = new FakeNode();
  private final HonestChain chain = new HonestChain(node, 20);
  private final List<Injection> injections = new CopyOnWriteArrayList<>();

  private Chaos chaos(String... faults) {
    return new Chaos(
        Transport.http(Endpoint.parse("honest", node.url())),
        Stream.of(faults).map(Fault::parse).toList(),
        7,
        SystemTicker.SYSTEM,
        injections::add);
  }

  private ChaosProxy proxy(String... faults) throws IOException {
    return ChaosProxy.open(chaos(faults), Optional.empty(), 0, SystemTicker.SYSTEM);
  }

  private static Provider provider(ChaosProxy proxy) {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("liar", "http://127.0.0.1:" + proxy.port()),
            Patience.ONCE,
            SystemTicker.SYSTEM,
            new SplittableRandom(1)));
  }

  private static Deadline within(long millis) {
    return Deadline.in(Duration.ofMillis(millis), SystemTicker.SYSTEM);
  }

  private static int logs(ChaosProxy proxy) {
    LogFilter filter = LogFilter.of(Set.of(Liar.ESCROW));
    return provider(proxy).logs(1, 20, filter, within(20_000)).size();
  }

  @Test
  void anHonestProxyChangesNothing() throws IOException {
    try (ChaosProxy proxy = proxy()) {
      assertThat(logs(proxy)).isEqualTo(30);
      chain.mine();
      assertThat(provider(proxy).head(within(20_000)).latest().number()).isEqualTo(21);
      assertThat(injections).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "hang, no answer within",
    "reset, the connection broke",
    "cut, answer not understood",
    "truncate, not JSON",
    "bomb, not JSON",
    "html, not JSON",
    "http-error=503, HTTP 503",
    "'quota=7', asks to wait 7000 ms"
  })
  void breaksAsItSays(String fault, String words) throws IOException {
    try (ChaosProxy proxy = proxy(fault)) {
      RpcUnavailable thrown =
          Optional.ofNullable(
                  catchThrowableOfType(
                      RpcUnavailable.class, () -> provider(proxy).chainId(within(1_500))))
              .orElseThrow();
      assertThat(thrown.failure().sentence()).contains(words);
      assertThat(injections).extracting(Injection::fault).contains(Fault.parse(fault));
    }
  }

  @Test
  void aNodeThatIsGoneIsAGatewayWithoutANodeBehindIt() throws IOException {
    Chaos chaos =
        new Chaos(
            Transport.http(
                Endpoint.parse(
                    "gone", "http://127.0.0.1:" + FakeServer.closedPort() + "/v3/secret-api-key")),
            List.of(),
            7,
            SystemTicker.SYSTEM,
            injections::add);
    try (ChaosProxy proxy = ChaosProxy.open(chaos, Optional.empty(), 0, SystemTicker.SYSTEM)) {
      assertThat(
              catchThrowableOfType(
                      RpcUnavailable.class, () -> provider(proxy).chainId(within(20_000)))
                  .failure())
          .isInstanceOf(RpcFailure.Unreachable.class);
      assertThat(posted(proxy, "/", "{\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"))
          .startsWith("502 the node behind: unreachable")
          .doesNotContain("secret-api-key");
    }
  }

  @Test
  void faultsAreSeenAndSwitchedThroughTheControlEndpoint() throws IOException {
    try (ChaosProxy proxy = proxy("omit-block=block:4")) {
      assertThat(logs(proxy)).isEqualTo(27);
      JsonNode before = json(got(proxy));
      assertThat(before.at("/faults/0/fault").stringValue()).isEqualTo("omit-block=block:4");
      assertThat(before.at("/faults/0/injected").asInt()).isEqualTo(1);
      assertThat(posted(proxy, "/chaos", "[\"omit-block=block:6\", \"lag=2\"]")).startsWith("200 ");
      assertThat(logs(proxy)).isEqualTo(24);
      assertThat(json(got(proxy)).at("/earlier/0/fault").stringValue())
          .isEqualTo("omit-block=block:4");
      assertThat(posted(proxy, "/chaos", "[]")).startsWith("200 ");
      assertThat(logs(proxy)).isEqualTo(30);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"omit-logs\"]|expected: omit-block",
        "[\"lag=x\"]|expected: lag=N",
        "{}|expected: at most 64 faults",
        "[|the body is not JSON",
        "[7]|expected: omit-block"
      })
  void whatCannotBeSwitchedToChangesNothing(String body, String why) throws IOException {
    try (ChaosProxy proxy = proxy("lag=2")) {
      assertThat(posted(proxy, "/chaos", body)).startsWith("400 ").contains(why);
      assertThat(json(got(proxy)).at("/faults/0/fault").stringValue()).isEqualTo("lag=2");
    }
  }

  @Test
  void whatIsNoHttpOrTooLargeEndsItsConnectionAndNoOther() throws IOException {
    try (ChaosProxy proxy = proxy();
        Socket odd = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket large = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        Socket chunked = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      odd.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(UTF_8));
      large
          .getOutputStream()
          .write("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n".getBytes(UTF_8));
      String question = "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"eth_chainId\",\"params\":[]}";
      chunked
          .getOutputStream()
          .write(
              ("POST / HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                      + Integer.toHexString(question.length())
                      + "\r\n"
                      + question
                      + "\r\n0\r\n\r\n")
                  .getBytes(UTF_8));
      assertThat(odd.getInputStream().read()).isEqualTo(-1);
      assertThat(large.getInputStream().read()).isEqualTo(-1);
      assertThat(new String(chunked.getInputStream().readAllBytes(), UTF_8)).contains("0x7a69");
      assertThat(logs(proxy)).isEqualTo(30);
    }
  }

  @Test
  void headsArePassedThroughDroppedAndMuted() throws Exception {
    try (FakeHeads heads = new FakeHeads();
        ChaosProxy proxy =
            ChaosProxy.open(
                chaos("drop-heads=2"),
                Optional.of(Endpoint.parse("honest", heads.url())),
                0,
                SystemTicker.SYSTEM)) {
      Semaphore told = new Semaphore(0);
      try (NewHeads listening =
          NewHeads.listen(
              Endpoint.parse("liar", "ws://127.0.0.1:" + proxy.port() + "/"),
              NewHeads.Pace.STEADY,
              SystemTicker.SYSTEM,
              new SplittableRandom(1),
              told::release)) {
        FakeHeads.Connection connection = heads.next().subscribe();
        assertThat(told.tryAcquire(1, 10, TimeUnit.SECONDS)).as("the subscription").isTrue();
        connection.head().head().head();
        assertThat(told.tryAcquire(1, 10, TimeUnit.SECONDS)).as("the third head").isTrue();
        assertThat(told.availablePermits()).isZero();
        assertThat(injections).hasSize(2);
        assertThat(listening.reconnects()).isZero();
        assertThat(posted(proxy, "/chaos", "[\"mute-ws=2\"]")).startsWith("200 ");
        connection.head().pong().head();
        assertThat(told.tryAcquire(1, 10, TimeUnit.SECONDS)).as("after two muted").isTrue();
      }
    }
  }

  private static String got(ChaosProxy proxy) throws IOException {
    return said(connection(proxy, "/chaos")).substring(4);
  }

  private static JsonNode json(String text) {
    return FakeNode.JSON.readTree(text);
  }

  private static String posted(ChaosProxy proxy, String path, String body) throws IOException {
    HttpURLConnection connection = connection(proxy, path);
    connection.setDoOutput(true);
    connection.getOutputStream().write(body.getBytes(UTF_8));
    return said(connection);
  }

  private static HttpURLConnection connection(ChaosProxy proxy, String path) throws IOException {
    URI url = URI.create("http://127.0.0.1:" + proxy.port() + path);
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(20_000);
    connection.setReadTimeout(20_000);
    return connection;
  }

  /** Status, a space, and the body. */
  private static String said(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return status + " " + new String(in.readAllBytes(), UTF_8);
    }
  }
}
