package dev.metaops.look;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.canary.Canary;
import dev.metaops.canary.Counted;
import dev.metaops.canary.Sighting;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.main.Operator;
import dev.metaops.meter.Loop;
import dev.metaops.reach.VenueRows;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeHeads;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.RaisedFindings;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestCertificate;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TlsFront;
import dev.metaops.testing.VenueFront;
import dev.metaops.testing.VenueFront.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A venue's front ends as its clients meet them: each fault by its name, and what they say held
 * against the rows of a real database.
 */
@Timeout(60)
class CanaryTest {
  private static final String PATH = "/v1/orders/{order}?token=s3cretToken";
  private static Database database;

  @TempDir private Path directory;
  @AutoClose private final VenueFront front = new VenueFront();
  private final SettableTicker ticker = new SettableTicker();
  private final RaisedFindings findings = new RaisedFindings();
  private final Map<String, Finding> raised = findings.byCode();

  @BeforeAll
  static void open() {
    database = TestPostgres.emptyDatabase();
    TestPostgrest.execute(
        database,
        """
        CREATE TABLE public.orders (id text PRIMARY KEY, state text, buyer text, seller text,
          amount numeric, created_at timestamptz DEFAULT now(), state_since timestamptz);
        INSERT INTO public.orders VALUES ('ord_1', 'SETTLED', '0x%1$s', '0x%1$s', 5)\
        """
            .formatted("1".repeat(40)));
  }

  @BeforeEach
  void anOrderIsSettledForAnHour() throws IOException {
    Files.createDirectories(directory.resolve("data"));
    rowIs("SETTLED", Duration.ofHours(1));
    front.shows("ord_1", "SETTLED");
  }

  private static void rowIs(String state, Duration held) {
    TestPostgrest.execute(
        database,
        "UPDATE public.orders SET state = '%s', state_since = now() - interval '%d ms'"
            .formatted(state, held.toMillis()));
  }

  private String http() {
    return app("http://127.0.0.1:" + front.port() + PATH);
  }

  private static String app(String url) {
    return """
    [frontend.app]
    url = "%s"
    timeout = "5s"
    slow-after = "200ms"
    state-at = "/order/state"
    """
        .formatted(url);
  }

  private Map<String, String> environment(String databaseUrl) {
    Map<String, String> variables = new HashMap<>();
    variables.put("DATABASE_URL", databaseUrl);
    variables.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    return variables;
  }

  private Canary canary(String toml) throws IOException {
    Files.writeString(directory.resolve("metaops.toml"), toml);
    Configuration configuration =
        Configuration.read(
            new Where(
                environment(database.url().secretText()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory));
    assertThat(configuration.problems()).isEmpty();
    Conversation conversation =
        new Conversation(configuration, Shared.STANDARD, TestPerson.NOBODY, ticker);
    return new Canary(
        configuration.settings().frontend(),
        new VenueRows(conversation),
        new Canary.Outlets(
            findings, FrontendLook.memory(conversation), _ -> Loop.UNCOUNTED, _ -> {}),
        ticker);
  }

  /** As often as it takes for something to count, or to be over. */
  private void turns(Canary canary, int times) throws InterruptedException {
    for (int turn = 0; turn < times; turn++) {
      canary.once();
      ticker.advance(Duration.ofSeconds(10));
    }
  }

  private Finding found(String code) {
    return Optional.ofNullable(raised.get(code))
        .orElseThrow(() -> new AssertionError(code + " is not among " + raised.keySet()));
  }

  private static Counted only(Canary canary) {
    assertThat(canary.counted()).hasSize(1);
    return canary.counted().getFirst();
  }

  private static String said(Canary canary) {
    return only(canary).last().map(Sighting::reply).orElseThrow().text();
  }

  private String saidOnce(String toml) throws Exception {
    try (Canary canary = canary(toml)) {
      canary.once();
      return said(canary);
    }
  }

  @Test
  void everyFaultOfAFrontEndIsCalledByItsName() throws Exception {
    Map<String, VenueFront.Manner> manners = new LinkedHashMap<>();
    manners.put("credentials refused, HTTP 401 (expected: 200)", _ -> Answer.of(401, "no"));
    manners.put("too many requests, HTTP 429 (expected: 200)", _ -> Answer.of(429, "no"));
    manners.put("HTTP 503 (expected: 200)", _ -> Answer.of(503, "{}"));
    manners.put("not JSON where a state was expected", _ -> Answer.of(200, "<html>hello"));
    manners.put("no state at /order/state", _ -> Answer.of(200, "{\"order\":{\"state\":7}}"));
    manners.put("an answer of more than 1 MB", _ -> Answer.of(200, " ".repeat(1_100_000)));
    manners.put(
        "redirected: to another site, evil.example, where it is not followed",
        _ -> Answer.leadingTo("http://evil.example/orders?token=s3cretToken"));
    manners.put(
        "redirected: more than 5 times", _ -> Answer.leadingTo("/v1/orders/ord_1?token=again"));
    try (Canary canary = canary(http())) {
      for (Map.Entry<String, VenueFront.Manner> each : manners.entrySet()) {
        front.behaves(each.getValue());
        canary.once();
        assertThat(said(canary)).isEqualTo(each.getKey());
      }
      front.behaves(_ -> Answer.of(200, " ".repeat(1_100_000)).packed());
      canary.once();
      assertThat(said(canary)).as("unpacked").isEqualTo("an answer of more than 1 MB");
    }
    front.isSilent();
    assertThat(saidOnce(http().replace("5s", "300ms")))
        .isEqualTo("timed out: no answer within 300 ms");
    assertThat(saidOnce(app("http://127.0.0.1:" + FakeServer.closedPort() + PATH)))
        .isEqualTo("connection refused");
    assertThat(saidOnce(app("http://nobody.invalid" + PATH)))
        .isEqualTo("unreachable: its host name does not resolve");
    TestCertificate unknown =
        TestCertificate.make(directory, "unknown", "dns:localhost,ip:127.0.0.1", 1, 90);
    try (TlsFront secure = new TlsFront(unknown, front.port(), TlsFront.Before.NOTHING)) {
      assertThat(saidOnce(app("https://127.0.0.1:" + secure.port() + PATH)))
          .startsWith("TLS failed: its certificate is not to be trusted");
      assertThat(saidOnce(app("wss://127.0.0.1:" + secure.port() + PATH)))
          .startsWith("TLS failed: its certificate is not to be trusted");
    }
    assertThat(saidOnce(app("ws://127.0.0.1:" + FakeServer.closedPort() + PATH)))
        .isEqualTo("connection refused");
  }

  @Test
  void itAsksAsABrowserDoesAndCarriesItsCredentialsNowhereElse() throws Exception {
    try (VenueFront other = new VenueFront();
        Canary canary = canary(app("http://app:s3cretWord@127.0.0.1:" + front.port() + PATH))) {
      front.behaves(asked ->
          asked.getRequestURI().getPath().startsWith("/v1")
              ? Answer.leadingTo("/v2/orders/ord_1")
              : front.honest(asked).packed());
      canary.once();
      assertThat(said(canary)).startsWith("answered in");
      assertThat(front.asked())
          .containsExactly(
              "/v1/orders/ord_1?token=s3cretToken Basic YXBwOnMzY3JldFdvcmQ=",
              "/v2/orders/ord_1 Basic YXBwOnMzY3JldFdvcmQ=");
      front.behaves(_ -> Answer.leadingTo("http://127.0.0.1:" + other.port() + "/v1/orders/ord_1"));
      canary.once();
      assertThat(said(canary)).startsWith("redirected: to another site");
      assertThat(other.asked()).as("another port is another site").isEmpty();
    }
  }

  @Test
  void whatIsBehindItsRowIsStaleAfterAWhileAndOverOnceItIsMended() throws Exception {
    try (Canary canary = canary(http())) {
      turns(canary, 3);
      assertThat(raised).isEmpty();
      assertThat(only(canary).staleness()).contains(Duration.ZERO);

      front.shows("ord_1", "PENDING");
      rowIs("SETTLED", Duration.ofSeconds(20));
      turns(canary, 2);
      assertThat(raised).as("it may be 30 s behind").isEmpty();
      assertThat(only(canary).staleness().orElseThrow())
          .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));

      rowIs("SETTLED", Duration.ofSeconds(47));
      turns(canary, 1);
      assertThat(raised).as("once is no trouble").isEmpty();
      turns(canary, 1);
      Finding stale = found("frontend-stale");
      assertThat(stale.severity()).isEqualTo(Severity.P2);
      assertThat(stale.sentence())
          .startsWith("app stale: says PENDING of ord_1, whose row is SETTLED since ");
      String seen = operator().types("health frontend").out();
      assertThat(seen)
          .contains("DEGRADED", "app stale: says PENDING of ord_1", "behind its row")
          .contains("up to 30 s behind", "next: metaops order show ord_1");

      front.shows("ord_1", "SETTLED");
      turns(canary, 2);
      assertThat(raised).as("nor is one good answer a recovery").containsKey("frontend-stale");
      turns(canary, 1);
      assertThat(raised).isEmpty();
      assertThat(operator().types("health frontend").exit()).isEqualTo(ExitCode.FINE);
    }
  }

  @Test
  void whatIsAheadOfItsRowIsWorseAndSaidBeforeAnybodyPaysForIt() throws Exception {
    rowIs("PENDING", Duration.ofMinutes(5));
    try (Canary canary = canary(http())) {
      turns(canary, 2);
      Finding ahead = found("frontend-ahead");
      assertThat(ahead.severity()).isEqualTo(Severity.P1);
      assertThat(ahead.sentence())
          .isEqualTo("app ahead: says SETTLED of ord_1, whose row is PENDING");
      Operator.Said said = operator().types("health frontend");
      assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.out()).contains("DOWN", "ahead of its row", "metaops order verify ord_1");

      rowIs("SETTLED", Duration.ZERO);
      turns(canary, 3);
      assertThat(raised).isEmpty();
    }
  }

  @Test
  void aRowThatWasJustPutBackAccusesNobodyUntilTheFrontEndHadItsTime() throws Exception {
    try (Canary canary = canary(http())) {
      turns(canary, 3);
      rowIs("PENDING", Duration.ZERO);
      turns(canary, 3);
      assertThat(raised).as("it still says what the row said before").isEmpty();
      assertThat(operator().types("health frontend").out())
          .contains("UNKNOWN", "cannot be compared yet: says SETTLED of ord_1");
      rowIs("PENDING", Duration.ofSeconds(40));
      turns(canary, 2);
      assertThat(raised).containsOnlyKeys("frontend-ahead");
    }
  }

  @Test
  void whoBeginsAnewAndCannotReadTheRowsDoesNotCallOverWhatWasFoundBefore() throws Exception {
    front.shows("ord_1", "PENDING");
    try (Canary canary = canary(http())) {
      turns(canary, 2);
      assertThat(raised).containsOnlyKeys("frontend-stale");
    }
    TestPostgrest.execute(database, "ALTER TABLE public.orders RENAME TO away");
    try (Canary another = canary(http())) {
      try {
        turns(another, 8);
        assertThat(raised).as("nobody could tell").containsOnlyKeys("frontend-stale");
      } finally {
        TestPostgrest.execute(database, "ALTER TABLE public.away RENAME TO orders");
      }
      front.shows("ord_1", "SETTLED");
      turns(another, 3);
      assertThat(raised).isEmpty();
    }
  }

  @Test
  void anotherEndingThanTheRowsIsAheadAndNotStale() throws Exception {
    rowIs("REFUNDED", Duration.ofMinutes(5));
    try (Canary canary = canary(http())) {
      turns(canary, 2);
      assertThat(raised).containsOnlyKeys("frontend-ahead");
    }
  }

  @Test
  void slownessAndSilenceAreToldApartAndAreOverOnceMended() throws Exception {
    try (Canary canary = canary(http())) {
      front.behaves(asked -> {
        ticker.advance(Duration.ofMillis(250));
        return front.honest(asked);
      });
      turns(canary, 2);
      assertThat(raised).containsOnlyKeys("frontend-slow");
      assertThat(only(canary).latency()).contains(Duration.ofMillis(250));

      front.behaves(_ -> Answer.of(502, ""));
      turns(canary, 2);
      assertThat(found("frontend-down").severity()).isEqualTo(Severity.P1);
      assertThat(found("frontend-down").sentence()).isEqualTo("app HTTP 502 (expected: 200)");

      front.behavesWell();
      turns(canary, 3);
      assertThat(raised).isEmpty();
      assertThat(only(canary).results())
          .containsEntry("http-5xx", 2L)
          .containsEntry("answered", 5L);
    }
  }

  @Test
  void whereTheRowCannotBeReadNobodyKnowsWhetherItIsStale() throws Exception {
    Files.writeString(directory.resolve("metaops.toml"), http() + "order = \"ord_1\"\n");
    front.shows("ord_1", "PENDING");
    Operator.Said said =
        new Operator(
                directory,
                environment("postgres://x:y@127.0.0.1:" + FakeServer.closedPort() + "/z"))
            .types("health frontend");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out())
        .contains("UNKNOWN", "app cannot be compared: the row could not be read")
        .contains("next: metaops health database")
        .doesNotContain("stale:");
    assertThat(said.all()).doesNotContain("s3cretToken");
  }

  @Test
  void aDroppedConnectionIsCountedTakenUpAgainAndForgottenAfterAWhile() throws Exception {
    try (FakeHeads heads = new FakeHeads();
        Canary canary =
            canary(
                app(heads.url() + "/live")
                    + "send = '{\"subscribe\":\"{order}\"}'\norder = 'ord_1'\n")) {
      Thread first = Thread.startVirtualThread(() -> serve(heads, "SETTLED"));
      turns(canary, 3);
      assertThat(said(canary)).startsWith("answered in");
      assertThat(raised).isEmpty();

      first.interrupt();
      first.join();
      turns(canary, 1);
      assertThat(said(canary)).isEqualTo("dropped after 30 s (code 1006)");
      assertThat(only(canary).dropped()).isEqualTo(1);
      Finding dropped = found("websocket-dropped");
      assertThat(dropped.severity()).isEqualTo(Severity.P3);
      assertThat(dropped.sentence())
          .isEqualTo("app dropped its connection within 10 min, after 30 s (code 1006)");

      Thread second = Thread.startVirtualThread(() -> serve(heads, "PENDING"));
      turns(canary, 2);
      assertThat(raised).as("it speaks again, and not the truth").containsKey("frontend-stale");
      second.interrupt();
      second.join();
      turns(canary, 1);
      Thread third = Thread.startVirtualThread(() -> serve(heads, "SETTLED"));
      turns(canary, 3);
      assertThat(raised).containsOnlyKeys("websocket-dropped");
      assertThat(only(canary).dropped()).isEqualTo(2);
      ticker.advance(Duration.ofMinutes(10));
      turns(canary, 1);
      assertThat(raised).isEmpty();
      third.interrupt();
      third.join();
    }
  }

  @Test
  void aLineThatIsOpenAndDeadOrClosedByTheOtherSideIsDroppedAndRememberedAcrossARestart()
      throws Exception {
    try (FakeHeads heads = new FakeHeads()) {
      String toml = app(heads.url() + "/live").replace("5s", "400ms") + "order = 'ord_1'\n";
      try (Canary canary = canary(toml)) {
        Thread silent =
            Thread.startVirtualThread(() -> {
              try {
                heads.next().agree().say("{\"order\":{\"state\":\"SETTLED\"}}");
              } catch (IOException | InterruptedException over) {
                // The line is told dead.
              }
            });
        turns(canary, 1);
        assertThat(said(canary)).startsWith("answered in");
        silent.join();
        turns(canary, 1);
        assertThat(said(canary)).as("no pong").isEqualTo("dropped after 10 s (code 1006)");

        Thread closing =
            Thread.startVirtualThread(() -> {
              try {
                FakeHeads.Connection line = heads.next().agree();
                line.say("{\"order\":{\"state\":\"SETTLED\"}}");
                line.awaitPing().close(1013);
              } catch (IOException | InterruptedException over) {
                // The line is closed.
              }
            });
        turns(canary, 2);
        closing.join();
        assertThat(said(canary)).isEqualTo("dropped after 10 s (code 1013)");
      }
      try (Canary another = canary(toml)) {
        Thread.startVirtualThread(() -> serve(heads, "SETTLED"));
        turns(another, 3);
        assertThat(found("websocket-dropped").sentence())
            .isEqualTo("app dropped its connection 2 times within 10 min, after 10 s (code 1013)");
      }
    }
  }

  /** One connection, pings answered, until interrupted. */
  private static void serve(FakeHeads heads, String state) {
    try {
      FakeHeads.Connection line = heads.next().agree();
      Thread cutting = Thread.currentThread();
      line.say("{\"order\":{\"state\":\"" + state + "\"}}");
      while (!cutting.isInterrupted()) {
        line.awaitPing().pong();
      }
    } catch (IOException | InterruptedException over) {
      // Interrupting a virtual thread closes the socket it reads from.
    }
  }

  @Test
  void theWayToEachIsTestedWithEverythingElseThatIsConfigured() throws Exception {
    try (FakeHeads heads = new FakeHeads()) {
      Thread serving = Thread.startVirtualThread(() -> serve(heads, "SETTLED"));
      Files.writeString(
          directory.resolve("metaops.toml"),
          http()
              + "[frontend.live]\nurl = '"
              + heads.url()
              + "/?key=s3cretToken'\ntimeout = '1s'\n[frontend.gone]\nurl = 'http://127.0.0.1:"
              + FakeServer.closedPort()
              + "/'\n");
      Operator.Said said = operator().types("connections test");
      serving.interrupt();
      assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
      assertThat(said.out())
          .contains("frontend app", "frontend live", "frontend gone")
          .containsPattern("frontend gone 127.0.0.1:[0-9]+: tcp: connection refused")
          .doesNotContain("frontend app 127.0.0.1:" + front.port() + ": request")
          .doesNotContain("s3cretToken");
      assertThat(operator().types("health frontend").out())
          .contains("gone connection refused", "next: metaops connections test");
    }
  }

  private Operator operator() {
    return new Operator(directory, environment(database.url().secretText()));
  }
}
