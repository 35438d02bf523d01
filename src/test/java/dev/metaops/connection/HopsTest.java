package dev.metaops.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.config.Where;
import dev.metaops.connection.Outcome.Gravity;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeHeads;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestCertificate;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TlsFront;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each hop is made to fail for real; the way ends there and names it. */
@Timeout(60)
class HopsTest {
  private static final String SECRET = "s3cretKey0fOurs";
  private static final Roots JAVA = new Roots.OfJava();
  private static final Duration SHORT = Duration.ofMillis(700);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String NAMES = "dns:localhost,ip:127.0.0.1";

  @TempDir static Path directory;

  private static TestChain chain;
  private static FakeServer silent;
  private static TestCertificate good;
  private static TestCertificate expired;
  private static TestCertificate otherName;
  private static TestCertificate tenDays;

  @BeforeAll
  static void open() {
    chain = TestChain.start();
    chain.mine(3);
    silent = FakeServer.silent();
    good = TestCertificate.make(directory, "good", NAMES, 1, 90);
    expired = TestCertificate.make(directory, "expired", NAMES, 100, 90);
    otherName = TestCertificate.make(directory, "other", "dns:node.example.com", 1, 90);
    tenDays = TestCertificate.make(directory, "ten-days", NAMES, 80, 90);
  }

  @AfterAll
  static void close() throws IOException {
    chain.close();
    silent.close();
  }

  // ------------------------------------------------------------------------------------- reaching

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

  // ------------------------------------------------------------------------------------------ TLS

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

  // ------------------------------------------------------------------------------------- database

  @Test
  void aDatabaseIsReadAsItsUrlAsks() throws IOException {
    DatabaseUrl url = TestPostgres.withOrdersSchema().url();
    Traced empty = trace(postgres(url.secretText()), LONG);
    assertThat(empty.gravity()).isEqualTo(Gravity.WARNING);
    assertThat(seen(empty, Hop.REQUEST)).contains("public.orders can be read and shows no row");
    assertThat(empty.steps()).extracting(Step::hop).doesNotContain(Hop.TLS);

    Traced wanted = trace(postgres(url.secretText() + "?sslmode=require"), LONG);
    assertThat(failing(wanted)).isEqualTo(Hop.TLS);
    assertThat(why(wanted)).contains("it offers no TLS and sslmode=require asks for it");

    Traced preferred = trace(postgres(url.secretText() + "?sslmode=prefer"), LONG);
    assertThat(seen(preferred, Hop.TLS)).contains("goes on unencrypted");

    try (TlsFront front = new TlsFront(good, url.port(), TlsFront.Before.SSL_REQUEST)) {
      String there = url.secretText().replace(":" + url.port() + "/", ":" + front.port() + "/");
      Traced full = trace(postgres(there + "?sslmode=verify-full&sslrootcert=" + good.pem()), LONG);
      assertThat(full.steps())
          .as("%s", full)
          .extracting(Step::hop)
          .containsExactly(Hop.DNS, Hop.TCP, Hop.TLS, Hop.AUTHENTICATION, Hop.REQUEST);
      assertThat(seen(full, Hop.TLS)).contains("good, expires ");
      Traced unknown =
          trace(postgres(there + "?sslmode=verify-ca&sslrootcert=" + otherName.pem()), LONG);
      assertThat(why(unknown)).contains("signed by itself");
      Traced without =
          trace(
              postgres(there + "?sslmode=verify-full&sslrootcert=" + directory + "/none.pem"),
              LONG);
      assertThat(why(without)).contains("there is no file ");
    }
  }

  @Test
  void authenticationIsToldApartFromReachability() throws IOException {
    DatabaseUrl url = TestPostgres.emptyDatabase().url();
    String place = "127.0.0.1:" + url.port() + "/";
    Traced password =
        trace(
            postgres("postgres://" + url.user() + ":" + SECRET + "@" + place + url.database()),
            LONG);
    assertThat(failing(password)).isEqualTo(Hop.AUTHENTICATION);
    assertThat(why(password)).contains("password authentication failed");
    assertThat(password.toString()).doesNotContain(SECRET);

    Traced noDatabase = trace(postgres(url.withDatabase("nowhere").secretText()), LONG);
    assertThat(failing(noDatabase)).isEqualTo(Hop.AUTHENTICATION);
    assertThat(why(noDatabase)).contains("\"nowhere\" does not exist");

    Traced noTable = trace(postgres(url.secretText()), LONG);
    assertThat(failing(noTable)).isEqualTo(Hop.REQUEST);
    assertThat(why(noTable)).contains("\"public.orders\" does not exist");

    try (FakeServer babbling = FakeServer.saying("HTTP/1.1 200 OK\r\n\r\n")) {
      Traced garbage =
          trace(
              postgres("postgres://me:x@127.0.0.1:" + babbling.port() + "/db?sslmode=require"),
              LONG);
      assertThat(failing(garbage)).isEqualTo(Hop.TLS);
      assertThat(why(garbage)).contains("does not speak PostgreSQL");
    }
  }

  @Test
  void theRestDoorIsAskedForOneRowWithItsKey() throws IOException {
    try (FakeNode supabase = new FakeNode()) {
      supabase.behave(says(200, "[{\"id\":\"o-1\"}]"));
      Traced inPart = trace(rest(supabase.url()), LONG);
      assertThat(inPart.gravity()).as("a key of no known kind").isEqualTo(Gravity.WARNING);
      assertThat(trace(rest(supabase.url(), TestPostgrest.ELEVATED), LONG).gravity())
          .isEqualTo(Gravity.WELL);
      assertThat(supabase.headers().getFirst())
          .containsEntry("apikey", SECRET)
          .containsEntry("authorization", "Bearer " + SECRET);

      supabase.behave(says(401, "{\"message\":\"Invalid API key " + SECRET + "\"}"));
      Traced refused = trace(rest(supabase.url()), LONG);
      assertThat(failing(refused)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(refused)).contains("key refused", "Invalid API key ‹hidden›");

      supabase.behave(
          says(404, "{\"code\":\"PGRST205\",\"message\":\"Could not find the table\"}"));
      assertRequestFails(supabase, "no table orders");
      supabase.behave(says(540, "paused"));
      assertRequestFails(supabase, "the project is paused");
      supabase.behave(says(503, "{\"code\":\"PGRST002\",\"message\":\"Retrying\"}"));
      assertRequestFails(supabase, "PostgREST does not reach its database");
      supabase.behave(new FakeNode.Behaviour.Says(200, Map.of(), "<html>"));
      assertRequestFails(supabase, "answer not understood");
    }
  }

  private static void assertRequestFails(FakeNode supabase, String words) {
    Traced traced = trace(rest(supabase.url()), LONG);
    assertThat(failing(traced)).as(words).isIn(Hop.REQUEST, Hop.AUTHENTICATION);
    assertThat(why(traced)).contains(words);
    assertThat(traced.gravity()).isEqualTo(Gravity.DOWN);
    assertThat(traced.toString()).doesNotContain(SECRET);
  }

  private static FakeNode.Behaviour says(int status, String json) {
    return new FakeNode.Behaviour.Says(status, Map.of("Content-Type", "application/json"), json);
  }

  @Test
  void aKeyThatMayBeShownLessIsNeverTakenForOneThatSeesAll() throws IOException {
    Database database = TestPostgres.emptyDatabase();
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(
        database,
        """
        CREATE TABLE public.orders (id text PRIMARY KEY);
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON public.orders TO anon, service_role;\
        """);
    try (TestPostgrest supabase = TestPostgrest.start(database)) {
      String url = supabase.supabase().toString();
      Traced empty = trace(rest(url, TestPostgrest.key("service_role")), LONG);
      assertThat(empty.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(empty.steps().getLast().outcome().next()).contains("an empty table");
      TestPostgrest.execute(database, "INSERT INTO public.orders VALUES ('o-1')");
      for (Secret all : List.of(TestPostgrest.key("service_role"), TestPostgrest.ELEVATED)) {
        assertThat(trace(rest(url, all), LONG).gravity()).isEqualTo(Gravity.WELL);
      }
      for (Secret some : List.of(TestPostgrest.key("anon"), TestPostgrest.PUBLISHABLE)) {
        Traced hidden = trace(rest(url, some), LONG);
        assertThat(failing(hidden)).isEqualTo(Hop.REQUEST);
        assertThat(why(hidden)).contains("UNKNOWN: public.orders shows no row, and ", "policies");
        assertThat(hidden.steps().getLast().outcome().next()).contains("service role's key");
      }
      TestPostgrest.execute(
          database, "CREATE POLICY open ON public.orders FOR SELECT TO anon USING (true)");
      Traced inPart = trace(rest(url, TestPostgrest.key("anon")), LONG);
      assertThat(inPart.gravity()).isEqualTo(Gravity.WARNING);
      assertThat(inPart.steps().getLast().outcome().seen()).contains("in part: the role anon");
      Traced expired =
          trace(rest(url, TestPostgrest.expiredKey("service_role", Duration.ofDays(3))), LONG);
      assertThat(failing(expired)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(expired)).contains("key expired 3 d ago");
      Traced forged = trace(rest(url, TestPostgrest.forgedKey("service_role")), LONG);
      assertThat(failing(forged)).isEqualTo(Hop.AUTHENTICATION);
      assertThat(why(forged)).contains("key refused");
    }
  }

  // ---------------------------------------------------------------------------------------- chain

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

  // --------------------------------------------------------------------------------------- vendors

  @Test
  void vendorsAreAskedOnlyWhenTheirHostsAreConfiguredAndNeverWaitedForLong() throws IOException {
    try (FakeNode page = new FakeNode();
        FakeNode slow = new FakeNode().behave(new FakeNode.Behaviour.Hanging());
        FakeNode html = new FakeNode()) {
      page.behave(
          new FakeNode.Behaviour.Says(
              200,
              Map.of(),
              "{\"status\":{\"indicator\":\"major\",\"description\":\"Partial System Outage\"}}"));
      html.behave(new FakeNode.Behaviour.Says(200, Map.of(), "<html>"));
      StatusPages pages =
          new StatusPages(
              List.of(
                  vendor("Asked", page.url(), "example.com"),
                  vendor("Slow", slow.url(), "slow.example.org"),
                  vendor("Html", html.url(), "html.example.org"),
                  vendor("Other", page.url(), "example.net"),
                  vendor("Gone", "http://127.0.0.1:" + FakeServer.closedPort(), "gone.example")),
              SystemTicker.SYSTEM);
      List<StatusPages.Word> words =
          pages
              .ask(
                  List.of(
                      "db.Example.com",
                      "notexample.net",
                      "slow.example.org",
                      "html.example.org",
                      "a.gone.example"))
              .words();
      assertThat(words)
          .contains(new StatusPages.Word.Said("Asked", "major", "Partial System Outage"))
          .contains(new StatusPages.Word.NotReachable("Html", "HTTP 200 without a status"))
          .contains(new StatusPages.Word.NotReachable("Gone", "connection refused"))
          .hasSize(4);
      assertThat(words.get(1))
          .isInstanceOfSatisfying(
              StatusPages.Word.NotReachable.class,
              slowWord -> assertThat(slowWord.why()).contains("no answer within"));
      assertThat(page.headers()).hasSize(1);
    }
  }

  private static StatusPages.Vendor vendor(String name, String page, String suffix) {
    return new StatusPages.Vendor(name, List.of(suffix), URI.create(page));
  }

  // --------------------------------------------------------------------------------------- targets

  private static Traced trace(Target target, Duration within) {
    return walk(target, within).traced();
  }

  private static Walk.Under walk(Target target, Duration within) {
    return new Walk(SystemTicker.SYSTEM).start(target, Deadline.in(within, SystemTicker.SYSTEM));
  }

  private static Target rpc(String url) {
    return new RpcTarget(http(url), Optional.empty(), JAVA, SystemTicker.SYSTEM);
  }

  private static Target heads(String url, Roots roots) {
    return new HeadsTarget(ws(url), Optional.empty(), roots, SystemTicker.SYSTEM);
  }

  private static Target postgres(String url) {
    return new PostgresTarget(
        "orders database", DatabaseUrl.of(url), Optional.of("public.orders"), SystemTicker.SYSTEM);
  }

  private static Target rest(String url) {
    return rest(url, new Secret(SECRET));
  }

  private static Target rest(String url, Secret key) {
    return new RestTarget(
        new OrdersDoor.Rest(URI.create(url), "local", key),
        "public.orders",
        JAVA,
        SystemTicker.SYSTEM);
  }

  private static Endpoint http(String url) {
    return settings(Map.of("RPC_URL", url)).chain().providers().getFirst();
  }

  private static Endpoint ws(String url) {
    return settings(Map.of("RPC_WS_URL", url)).chain().webSocket().orElseThrow();
  }

  private static Settings settings(Map<String, String> environment) {
    return Configuration.read(
            new Where(
                environment,
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory))
        .settings();
  }

  private static Roots trusting(TestCertificate certificate) {
    return new Roots.OfFile(certificate.pem());
  }

  private static TlsFront front(TestCertificate certificate) {
    return new TlsFront(
        certificate, URI.create(chain.webSocketUrl()).getPort(), TlsFront.Before.NOTHING);
  }

  private static Hop failing(Traced traced) {
    Step last = traced.steps().getLast();
    assertThat(last.outcome()).as("%s", traced).isInstanceOf(Outcome.Failed.class);
    return last.hop();
  }

  private static String why(Traced traced) {
    return traced.steps().getLast().outcome().seen();
  }

  private static String seen(Traced traced, Hop hop) {
    return traced.steps().stream()
        .filter(step -> step.hop() == hop)
        .map(step -> step.outcome().seen())
        .collect(Collectors.joining());
  }

  /** Sends a beginning, and then one byte after the other for ever. */
  private static final class Trickle implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile boolean closed;

    Trickle(byte[] beginning, byte one) throws IOException {
      Thread.ofVirtual()
          .start(() -> {
            while (!closed) {
              try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> drip(socket, beginning, one));
              } catch (IOException over) {
                return;
              }
            }
          });
    }

    int port() {
      return server.getLocalPort();
    }

    private void drip(Socket socket, byte[] beginning, byte one) {
      try (socket) {
        socket.getOutputStream().write(beginning);
        while (!closed) {
          socket.getOutputStream().write(one);
          SystemTicker.SYSTEM.rest(Duration.ofMillis(20));
        }
      } catch (IOException gone) {
        // The client had enough.
      } catch (InterruptedException stopping) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() throws IOException {
      closed = true;
      server.close();
    }
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
