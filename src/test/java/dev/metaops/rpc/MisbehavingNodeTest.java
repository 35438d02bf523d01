package dev.metaops.rpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.chain.Address;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Misbehaves how × what we say, each within its deadline. */
class MisbehavingNodeTest {
  private static final Duration ALLOWED = Duration.ofMillis(700);
  private static final Address ANYBODY = new Address("0x" + "11".repeat(20));
  private static final Duration SLACK = Duration.ofSeconds(1);

  static Stream<Arguments> misbehaviours() {
    return Stream.of(
        row("hangs", new Behaviour.Hanging(), RpcFailure.NoAnswer.class, "no answer within"),
        row(
            "drips its header",
            new Behaviour.DrippingHeader(20),
            RpcFailure.NoAnswer.class,
            "no answer within"),
        row(
            "drips its body",
            new Behaviour.DrippingBody(20),
            RpcFailure.NoAnswer.class,
            "no answer within"),
        row(
            "sends without end",
            new Behaviour.EndlessChunks(),
            RpcFailure.TooLarge.class,
            "answer larger than 1 MB, not read"),
        row(
            "closes without a byte",
            new Behaviour.Closing(),
            RpcFailure.Unreachable.class,
            "the connection broke"),
        row(
            "speaks something else",
            new Behaviour.Raw("SSH-2.0-OpenSSH_9.2\r\n"),
            RpcFailure.Garbage.class,
            "it does not speak HTTP"),
        row(
            "sends a bomb in gzip",
            raw("Content-Encoding: gzip", gzip("[" + " ".repeat(50 << 20))),
            RpcFailure.TooLarge.class,
            "answer larger than 1 MB, not read"),
        row(
            "sends half of its gzip",
            raw("Content-Encoding: gzip", gzip("[]").substring(0, 15)),
            RpcFailure.Unreachable.class,
            "the connection broke"),
        row(
            "says gzip and is not",
            raw("Content-Encoding: gzip", "[]"),
            RpcFailure.Unreachable.class,
            "the connection broke"),
        row(
            "promises more than there is",
            raw("Content-Length: 9223372036854775807", "[]"),
            RpcFailure.Garbage.class,
            "cut short"),
        row(
            "promises less than nothing",
            raw("Content-Length: -5", "x"),
            RpcFailure.Garbage.class,
            "not JSON"),
        row(
            "sends chunks of no size",
            raw("Transfer-Encoding: chunked", "-1\r\nx\r\nfffffffffffffffff\r\n"),
            RpcFailure.Unreachable.class,
            "the connection broke"),
        row(
            "sends headers without end",
            new Behaviour.Raw("HTTP/1.1 200 OK\r\n" + "X-Long: 0123456789\r\n".repeat(100_000)),
            RpcFailure.Unreachable.class,
            "the connection broke"),
        row(
            "names a status that is none",
            new Behaviour.Raw("HTTP/1.1 99999999999 OK\r\n\r\n"),
            RpcFailure.Garbage.class,
            "it does not speak HTTP"),
        row("cuts short", new Behaviour.Truncated(), RpcFailure.Garbage.class, "not understood"),
        row("sends HTML", says(200, "<html>hello</html>"), RpcFailure.Garbage.class, "not JSON"),
        row("sends nothing", says(200, ""), RpcFailure.Garbage.class, "an empty answer"),
        row(
            "sends a JSON bomb",
            says(200, "[".repeat(200_000)),
            RpcFailure.Garbage.class,
            "not JSON"),
        row(
            "sends a number too long to convert",
            says(200, "{\"id\":1,\"result\":" + "9".repeat(100_000) + "}"),
            RpcFailure.Garbage.class,
            "not JSON"),
        row(
            "sends two documents",
            says(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x1\"} {}"),
            RpcFailure.Garbage.class,
            "not JSON"),
        row("sends a list", says(200, "[1]"), RpcFailure.Garbage.class, "not a JSON-RPC answer"),
        row(
            "answers another question",
            new Behaviour.WrongId(),
            RpcFailure.Garbage.class,
            "an answer to another question"),
        row(
            "answers neither",
            says(200, "{\"id\":1}"),
            RpcFailure.Garbage.class,
            "neither a result nor an error"),
        row(
            "answers another shape",
            says(200, "{\"id\":1,\"result\":{}}"),
            RpcFailure.Garbage.class,
            "eth_chainId: expected text"),
        row("redirects", says(301, "gone"), RpcFailure.Garbage.class, "it answered HTTP 301"),
        row("refuses with 401", says(401, ""), RpcFailure.KeyRefused.class, "key refused"),
        row("refuses with 403", says(403, "no"), RpcFailure.KeyRefused.class, "HTTP 403"),
        row("is out of quota", says(429, ""), RpcFailure.Quota.class, "HTTP 429"),
        row("breaks inside", says(500, "oops"), RpcFailure.Unreachable.class, "HTTP 500"),
        row("finds it too large", says(413, ""), RpcFailure.RangeTooWide.class, "HTTP 413"),
        row(
            "names its quota in an error",
            says(
                200,
                "{\"id\":1,\"error\":{\"code\":-32005,\"message\":\"daily request count exceeded,"
                    + " request rate limited\"}}"),
            RpcFailure.Quota.class,
            "daily request count exceeded"),
        row(
            "names a bad key with 400",
            says(400, "{\"id\":null,\"error\":{\"code\":-32000,\"message\":\"Invalid API key\"}}"),
            RpcFailure.KeyRefused.class,
            "Invalid API key"),
        row(
            "sends an error whose code is no integer",
            says(200, "{\"id\":1,\"error\":{\"code\":1e999999999,\"message\":7}}"),
            RpcFailure.ErrorAnswer.class,
            "error 0, without a message"),
        row(
            "sends one name twice",
            says(200, "{\"id\":1,\"result\":\"0x1\",\"result\":\"0x2\"}"),
            RpcFailure.Garbage.class,
            "a name twice"),
        row(
            "sends an error full of control characters",
            says(
                200,
                "{\"id\":1,\"error\":{\"code\":-1,\"message\":\"\\u001b[31mred\\r\\nline "
                    + "x".repeat(5000)
                    + "\"}}"),
            RpcFailure.ErrorAnswer.class,
            "error -1, [31mred line xxx"));
  }

  private static Behaviour raw(String header, String body) {
    return new Behaviour.Raw("HTTP/1.1 200 OK\r\n" + header + "\r\n\r\n" + body);
  }

  /** A character for each byte. */
  private static String gzip(String plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain.getBytes(UTF_8));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toString(ISO_8859_1);
  }

  private static Arguments row(
      String how, Behaviour behaviour, Class<? extends RpcFailure> failure, String words) {
    return Arguments.of(how, behaviour, failure, words);
  }

  private static Behaviour says(int status, String body) {
    return new Behaviour.Says(status, Map.of(), body);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misbehaviours")
  void isNamedWithinTheDeadline(
      String how, Behaviour behaviour, Class<? extends RpcFailure> failure, String words)
      throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.on("eth_chainId", "\"0x1\"").behave(behaviour);
      long start = SystemTicker.SYSTEM.nanos();
      RpcUnavailable thrown =
          catchThrowableOfType(
              RpcUnavailable.class,
              () -> provider(node.url() + "/v2/secret-api-key").chainId(soon()));
      Duration took = Duration.ofNanos(SystemTicker.SYSTEM.nanos() - start);
      assertThat(thrown.failure()).as(how).isInstanceOf(failure);
      assertThat(thrown)
          .hasMessageStartingWith("main (" + node.url() + "): ")
          .hasMessageContaining(words)
          .hasMessageNotContaining("secret-api-key");
      assertThat(thrown.getMessage()).doesNotMatch("(?s).*\\p{Cc}.*").hasSizeLessThan(400);
      assertThat(took).isLessThan(ALLOWED.plus(SLACK));
    }
  }

  @Test
  void aPortWithoutListenerIsUnreachable() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(failure("http://127.0.0.1:" + port))
        .isEqualTo(new RpcFailure.Unreachable("connection refused"));
  }

  @Test
  void aHostThatDoesNotExistIsUnreachable() {
    assertThat(failure("http://no-such-host.invalid:8545"))
        .isInstanceOf(RpcFailure.Unreachable.class);
  }

  @Test
  void aNodeWithoutTlsIsNamedTls() throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerPlainly(server));
      Provider provider = provider("https://127.0.0.1:" + server.getLocalPort());
      Deadline enoughForColdTls = Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
      assertThat(
              catchThrowableOfType(RpcUnavailable.class, () -> provider.chainId(enoughForColdTls))
                  .failure())
          .isInstanceOf(RpcFailure.Tls.class);
    }
  }

  private static void answerPlainly(ServerSocket server) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Test
  void anotherChainIsNamedWithBothIds() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.on("eth_chainId", "\"0x89\"");
      RpcUnavailable thrown =
          catchThrowableOfType(
              RpcUnavailable.class, () -> provider(node.url()).requireChain(1, soon()));
      assertThat(thrown.failure()).isEqualTo(new RpcFailure.WrongChain(1, 137));
      assertThat(thrown).hasMessageContaining("its id is 137 (expected: 1; check its URL)");
    }
  }

  @Test
  void anErrorThatRepeatsTheKeyDoesNotShowIt() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.behave(
          says(
              200,
              "{\"id\":1,\"error\":{\"code\":-32000,\"message\":\"key 0123456789abcdef is"
                  + " unknown\"}}"));
      RpcUnavailable thrown =
          catchThrowableOfType(
              RpcUnavailable.class,
              () -> provider(node.url() + "/v3/0123456789abcdef").chainId(soon()));
      assertThat(thrown).hasMessageNotContaining("0123456789abcdef").hasMessageContaining("key ‹");
    }
  }

  @Test
  void aPlainTextThatRepeatsTheKeyDoesNotShowIt() throws IOException {
    String key = "0123456789abcdef";
    for (String text :
        List.of(
            key + " is unknown",
            "the following key is not known here: " + key + ", sorry",
            "{\"id\":1,\"result\":\"" + key + "\"}",
            "{\"id\":1,\"result\":" + key + "}")) {
      try (FakeNode node = new FakeNode()) {
        node.behave(says(200, text));
        assertThat(
                catchThrowableOfType(
                    RpcUnavailable.class,
                    () ->
                        provider(node.url() + "/v3/" + key)
                            .balance(ANYBODY, At.Tag.LATEST, soon())))
            .hasMessageNotContaining("0123456")
            .hasMessageNotContaining("abcdef");
      }
    }
  }

  @Test
  void theUserInTheUrlBecomesAHeader() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.on("eth_chainId", "\"0x1\"");
      assertThat(provider(node.url().replace("//", "//kim:word@")).chainId(soon())).isEqualTo(1);
      assertThat(node.headers().getFirst()).containsEntry("authorization", "Basic a2ltOndvcmQ=");
    }
  }

  @Test
  void anInterruptedCallerStopsAtOnce() throws Exception {
    try (FakeNode node = new FakeNode()) {
      node.behave(new Behaviour.Hanging());
      Thread.currentThread().interrupt();
      assertThat(failure(node.url())).isEqualTo(new RpcFailure.Stopped());
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  private static RpcFailure failure(String url) {
    return Optional.ofNullable(
            catchThrowableOfType(RpcUnavailable.class, () -> provider(url).chainId(soon())))
        .orElseThrow()
        .failure();
  }

  private static Deadline soon() {
    return Deadline.in(ALLOWED, SystemTicker.SYSTEM);
  }

  private static Provider provider(String url) {
    return new Provider(
        new JsonRpc(
            Endpoint.parse("main", url),
            Patience.ONCE,
            SystemTicker.SYSTEM,
            new SplittableRandom(1),
            1 << 20));
  }
}
