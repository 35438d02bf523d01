package dev.metaops.postgrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.config.Secret;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeNode.Behaviour;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a gateway may answer, and a server that means harm: each named, each within its deadline.
 */
class MisbehavingDoorTest {
  private static final Secret KEY = TestPostgrest.key("service_role");
  private static final Duration ALLOWED = Duration.ofMillis(700);
  private static final Duration SLACK = Duration.ofSeconds(3);
  private static final Select ORDERS = Select.from("orders").limit(10);
  private static final Keyset BY_ID = Keyset.of(Order.ascending("id"));

  static Stream<Arguments> misbehaviours() {
    return Stream.of(
        row("paused", says(540, ""), PostgrestFailure.ProjectPaused.class, "is paused"),
        row(
            "restricted",
            says(402, "{\"message\":\"exceed_egress_quota\"}"),
            PostgrestFailure.ProjectRestricted.class,
            "exceed_egress_quota"),
        row("gateway 504", html(504), PostgrestFailure.GatewayTimedOut.class, "HTTP 504"),
        row("Supabase's 544", says(544, ""), PostgrestFailure.GatewayTimedOut.class, "HTTP 544"),
        row("Cloudflare 522", html(522), PostgrestFailure.GatewayTimedOut.class, "HTTP 522"),
        row("Cloudflare 520", html(520), PostgrestFailure.GatewayBroken.class, "HTTP 520"),
        row("Cloudflare 521", html(521), PostgrestFailure.GatewayBroken.class, "nothing behind"),
        row("502", html(502), PostgrestFailure.GatewayBroken.class, "nothing behind it"),
        row("500", says(500, "oops"), PostgrestFailure.GatewayBroken.class, "failed inside"),
        row(
            "429",
            new Behaviour.Says(429, Map.of("Retry-After", "7"), ""),
            PostgrestFailure.TooManyRequests.class,
            "asks to wait 7000 ms"),
        row(
            "no database",
            says(503, "{\"code\":\"PGRST000\",\"message\":\"Could not connect\"}"),
            PostgrestFailure.DatabaseAway.class,
            "does not reach its database"),
        row(
            "no schema cache",
            says(503, "{\"code\":\"PGRST002\",\"message\":\"Retrying\"}"),
            PostgrestFailure.DatabaseAway.class,
            "PGRST002"),
        row(
            "pool",
            says(504, "{\"code\":\"PGRST003\",\"message\":\"Timed out acquiring\"}"),
            PostgrestFailure.PoolExhausted.class,
            "connections are taken"),
        row(
            "table of PostgREST 13",
            says(
                404,
                "{\"code\":\"PGRST205\",\"message\":\"Could not find the table\",\"hint\":\"Perhaps"
                    + " you meant the table 'public.order'\"}"),
            PostgrestFailure.NoSuchTable.class,
            "Hint: Perhaps you meant"),
        row(
            "key refused by the gateway",
            says(401, "{\"message\":\"Invalid API key\"}"),
            PostgrestFailure.KeyRefused.class,
            "Invalid API key"),
        row(
            "expired, of PostgREST 13",
            says(401, "{\"code\":\"PGRST303\",\"message\":\"JWT expired\"}"),
            PostgrestFailure.KeyExpired.class,
            "key expired"),
        row(
            "repeats the key",
            says(400, "{\"code\":\"XX000\",\"message\":\"key " + KEY.reveal() + "\"}"),
            PostgrestFailure.Other.class,
            "key ‹hidden›"),
        row("404 page", html(404), PostgrestFailure.Garbage.class, "HTTP 404 for orders"),
        row("HTML", html(200), PostgrestFailure.Garbage.class, "text/html, not JSON"),
        row("no type", new Behaviour.Says(200, Map.of(), "[]"), PostgrestFailure.Garbage.class, ""),
        row("an object", says(200, "{}"), PostgrestFailure.Garbage.class, "not a list of rows"),
        row("numbers", says(200, "[1]"), PostgrestFailure.Garbage.class, "not an object"),
        row("cut JSON", says(200, "[{\"id\":"), PostgrestFailure.Garbage.class, "not JSON"),
        row("a bomb", says(200, "[".repeat(200_000)), PostgrestFailure.Garbage.class, "not JSON"),
        row(
            "too many rows",
            says(200, "[" + "{},".repeat(10) + "{}]"),
            PostgrestFailure.Garbage.class,
            "11 rows (expected: at most 10)"),
        row(
            "cut body",
            new Behaviour.Raw(
                String.join(
                    "\r\n",
                    "HTTP/1.1 200 OK",
                    "Content-Type: application/json",
                    "Content-Length: 99",
                    "",
                    "[]")),
            PostgrestFailure.Garbage.class,
            "cut short"),
        row(
            "redirect",
            new Behaviour.Says(302, Map.of("Location", "https://evil.example/x?y=z"), ""),
            PostgrestFailure.Redirected.class,
            "redirects to evil.example, not followed"),
        row("no HTTP", new Behaviour.Raw("SSH-2.0-x\r\n"), PostgrestFailure.Garbage.class, "HTTP"),
        row("hangs", new Behaviour.Hanging(), PostgrestFailure.NoAnswer.class, "no answer within"),
        row(
            "drips a header",
            new Behaviour.DrippingHeader(20),
            PostgrestFailure.NoAnswer.class,
            "no answer within"),
        row(
            "drips a body",
            new Behaviour.DrippingBody(20),
            PostgrestFailure.NoAnswer.class,
            "no answer within"),
        row(
            "without end",
            new Behaviour.EndlessChunks(),
            PostgrestFailure.TooLarge.class,
            "larger than 1 MB"),
        row(
            "closes",
            new Behaviour.Closing(),
            PostgrestFailure.Unreachable.class,
            "the connection broke"));
  }

  private static Arguments row(
      String how, Behaviour behaviour, Class<? extends PostgrestFailure> failure, String words) {
    return Arguments.of(how, behaviour, failure, words);
  }

  private static Behaviour says(int status, String body) {
    return new Behaviour.Says(status, Map.of("Content-Type", "application/json"), body);
  }

  private static Behaviour html(int status) {
    return new Behaviour.Says(
        status, Map.of("Content-Type", "text/html"), "<html><h1>\u001b[31mError</h1></html>");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misbehaviours")
  void isNamedWithinTheDeadline(
      String how, Behaviour behaviour, Class<? extends PostgrestFailure> failure, String words)
      throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.behave(behaviour);
      long start = SystemTicker.SYSTEM.nanos();
      PostgrestUnavailable thrown = refusal(node);
      assertThat(Duration.ofNanos(SystemTicker.SYSTEM.nanos() - start))
          .isLessThan(ALLOWED.plus(SLACK));
      assertThat(thrown.failure()).as(how).isInstanceOf(failure);
      assertThat(thrown)
          .hasMessageStartingWith("127.0.0.1:")
          .hasMessageContaining(words)
          .hasMessageNotContaining(KEY.reveal());
      assertThat(thrown.getMessage()).doesNotMatch("(?s).*\\p{Cc}.*").hasSizeLessThan(600);
    }
  }

  @Test
  void nobodyThereIsUnreachableAndNoTlsIsTls() throws IOException {
    String nobody = "://127.0.0.1:" + FakeServer.closedPort();
    assertThat(failure(URI.create("http" + nobody)))
        .isInstanceOf(PostgrestFailure.Unreachable.class);
    assertThat(failure(URI.create("http://no-such-host.invalid")))
        .isInstanceOf(PostgrestFailure.Unreachable.class);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerPlainly(server));
      assertThat(failure(URI.create("https://127.0.0.1:" + server.getLocalPort())))
          .isInstanceOf(PostgrestFailure.Tls.class);
    }
  }

  /** Reads the whole first TLS record: closing over unread bytes might take our answer back. */
  private static void answerPlainly(ServerSocket server) {
    try (Socket socket = server.accept()) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readNBytes(3);
      in.readNBytes(in.readUnsignedShort());
      socket.getOutputStream().write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  @Test
  void aCountThatTimesOutSaysAtLeast() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.first(
          says(500, "{\"code\":\"57014\",\"message\":\"statement timeout\"}"),
          says(200, "[{\"id\":1},{\"id\":2}]"));
      assertThat(door(node, KEY).countOrAtLeast(ORDERS, soon()))
          .isEqualTo(
              new Count.AtLeast(2, new PostgrestFailure.StatementTimedOut("statement timeout")));
    }
  }

  @Test
  void whenALaterPageFailsWhatCameIsKeptAndTheBreakNamed() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.first(says(200, "[{\"id\":1},{\"id\":2}]"), html(503));
      Paged paged = door(node, KEY).page(Select.from("orders"), BY_ID, 100, soon());
      assertThat(paged.rows()).hasSize(2);
      assertThat(paged.end())
          .isInstanceOfSatisfying(
              Paged.End.Broken.class,
              broken ->
                  assertThat(broken.failure()).isInstanceOf(PostgrestFailure.GatewayBroken.class));
    }
  }

  @Test
  void aServerThatRepeatsItselfIsNotPagedForEver() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.behave(says(200, "[{\"id\":1}]"));
      Paged paged = door(node, KEY).page(Select.from("orders"), BY_ID, 100, soon());
      assertThat(paged.rows()).hasSize(1);
      assertThat(paged.end()).isInstanceOf(Paged.End.Broken.class);
    }
  }

  @Test
  void anOpaqueKeyIsNoBearerAndATokenIs() throws IOException {
    try (FakeNode node = new FakeNode()) {
      node.behave(says(200, "[]"));
      door(node, TestPostgrest.ELEVATED).select(ORDERS, soon());
      door(node, KEY).select(ORDERS, soon());
      assertThat(node.headers().getFirst())
          .containsEntry("apikey", TestPostgrest.ELEVATED.reveal())
          .doesNotContainKey("authorization")
          .containsEntry("user-agent", "metaops");
      assertThat(node.headers().getLast()).containsEntry("authorization", "Bearer " + KEY.reveal());
    }
  }

  @Test
  void aKeyNoHeaderCanHoldIsRefusedWithoutShowingIt() {
    PostgrestPlace place = PostgrestPlace.of(URI.create("https://abcd.supabase.co"));
    assertThatThrownBy(() ->
            new Postgrest(place, "public", new Secret("abc\r\nX-Evil: 1"), SystemTicker.SYSTEM))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("‹hidden›")
        .hasMessageNotContaining("Evil");
  }

  private static PostgrestFailure failure(URI url) {
    PostgrestPlace place = new PostgrestPlace(url, PostgrestPlace.Root.BARE);
    Postgrest door = new Postgrest(place, "public", KEY, SystemTicker.SYSTEM);
    return Optional.ofNullable(
            catchThrowableOfType(PostgrestUnavailable.class, () -> door.select(ORDERS, soon())))
        .orElseThrow()
        .failure();
  }

  private static PostgrestUnavailable refusal(FakeNode node) {
    Deadline deadline = Deadline.in(ALLOWED, SystemTicker.SYSTEM);
    return Optional.ofNullable(
            catchThrowableOfType(
                PostgrestUnavailable.class, () -> door(node, KEY).select(ORDERS, deadline)))
        .orElseThrow(() -> new AssertionError("it answered"));
  }

  private static Postgrest door(FakeNode node, Secret key) {
    PostgrestPlace place = new PostgrestPlace(URI.create(node.url()), PostgrestPlace.Root.BARE);
    return new Postgrest(place, "public", key, SystemTicker.SYSTEM, 1 << 20);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM);
  }
}
