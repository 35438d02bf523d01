package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.testing.BlackHole;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.Tunnel;
import dev.metaops.testing.VenueFront;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Everything health leans on, broken in every way: the product of both, less what cannot be, and
 * why it cannot. Each look ends in its time, blames the right one by the right name, and its exit
 * code says so.
 */
class HealthMatrixTest {
  /** What health leans on. */
  enum Dependency {
    DATABASE("database"),
    REST("database"),
    CHAIN("blockchain"),
    FRONTEND("frontend");

    private final String component;

    Dependency(String component) {
      this.component = component;
    }
  }

  /** How it can fail. */
  enum Fault {
    REFUSED,
    BLACK_HOLED,
    SLOW,
    GARBAGE,
    WRONG_CREDENTIALS,
    WRONG_CHAIN,
    QUOTA
  }

  /** How it is looked at, and what is promised. */
  enum Look {
    QUICK(Duration.ofSeconds(3)),
    FULL(Duration.ofSeconds(10));

    private final Duration most;

    Look(Duration most) {
      this.most = most;
    }
  }

  private static final int SIDE_BY_SIDE = 6;
  private static final String LOOPBACK = "http://127.0.0.1:";

  /** Of the first account of every development chain, which deploys our registry. */
  private static final String ARBITER =
      "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static TestChain chain;
  private static TestRegistry registry;
  private static Database database;
  private static TestPostgrest rest;
  private static FakeServer babbling;
  private static BlackHole hole;
  private static VenueFront front;

  @TempDir Path directory;

  @BeforeAll
  static void open() {
    chain = keep(TestChain.start());
    registry = chain.deployRegistry();
    chain.mine(8);
    database = TestPostgres.withOrdersSchema();
    var terms = registry.terms("ord_1");
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(
        database,
        """
        DROP ROLE IF EXISTS no_session;
        CREATE ROLE no_session LOGIN PASSWORD 'x' CONNECTION LIMIT 0;
        GRANT SELECT ON public.orders TO service_role;
        INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)
          VALUES ('ord_1', '%s', '%s', %s, '%s', '%s');\
        """
            .formatted(
                terms.buyer().text(),
                terms.seller().text(),
                terms.amount(),
                registry.address().text(),
                EscrowKey.of(terms).text()));
    rest = keep(TestPostgrest.start(database));
    babbling = keep(FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"));
    hole = keep(BlackHole.open());
    front = keep(new VenueFront()).shows("ord_1", "CREATED");
  }

  /** How busy this machine is, and how long ago a block was mined, is not what is tried here. */
  private Operator operator(Map<String, String> environment) {
    return new Operator(directory, environment);
  }

  @BeforeEach
  void configure() throws IOException {
    operator(Map.of()).configured(toml(LOOPBACK + front.port()));
  }

  private static String toml(String frontend) {
    return """
    [health]
    load-percent = 10000
    head-old-after = "1d"
    [frontend.app]
    url = "%s/v1/orders/{order}?key=s3cretKey"
    state-at = "/order/state"
    slow-after = "5s"
    """
        .formatted(frontend);
  }

  @AfterAll
  static void close() throws Exception {
    for (AutoCloseable each : OPEN.reversed()) {
      each.close();
    }
  }

  private static <T extends AutoCloseable> T keep(T opened) {
    OPEN.add(opened);
    return opened;
  }

  /** Why this cannot happen; empty when it can. */
  private static Optional<String> impossible(Dependency dependency, Fault fault, Look look) {
    if (dependency == Dependency.FRONTEND && look == Look.QUICK) {
      return Optional.of("a quick look asks no front end");
    }
    return switch (fault) {
      case WRONG_CHAIN ->
          switch (dependency) {
            case DATABASE, REST -> Optional.of("a database is of no chain");
            case FRONTEND -> Optional.of("a front end is of no chain");
            case CHAIN -> Optional.empty();
          };
      case REFUSED, BLACK_HOLED, SLOW, GARBAGE, WRONG_CREDENTIALS, QUOTA -> Optional.empty();
    };
  }

  /** By which name people are told. */
  private static String name(Dependency dependency, Fault fault) {
    return switch (fault) {
      case REFUSED ->
          switch (dependency) {
            case DATABASE, FRONTEND -> "connection refused";
            case REST, CHAIN -> "unreachable";
          };
      case BLACK_HOLED, SLOW -> "no answer within";
      case GARBAGE ->
          switch (dependency) {
            case DATABASE -> "does not speak PostgreSQL";
            case REST, CHAIN -> "answer not understood";
            case FRONTEND -> "not JSON";
          };
      case WRONG_CREDENTIALS ->
          switch (dependency) {
            case DATABASE -> "password authentication failed";
            case REST, CHAIN -> "key refused";
            case FRONTEND -> "credentials refused, HTTP 401";
          };
      case WRONG_CHAIN -> "wrong chain, its id is 31337 (expected: 137";
      case QUOTA ->
          switch (dependency) {
            case DATABASE -> "too many connections";
            case REST, FRONTEND -> "too many requests";
            case CHAIN -> "quota used up";
          };
    };
  }

  /** What cannot be judged any more without it, and has to say so. */
  private static Set<String> blinded(Dependency dependency) {
    return switch (dependency) {
      case DATABASE, REST -> Set.of("listener", "orders", "frontend");
      case CHAIN -> Set.of("orders", "keys");
      case FRONTEND -> Set.of();
    };
  }

  private record Case(Dependency dependency, Fault fault, Look look) {}

  @Test
  void whateverIsBrokenIsNamedInTimeByItsNameAndNothingElseIsBlamed() throws Exception {
    List<Case> cases = new ArrayList<>();
    List<Future<Timed>> running = new ArrayList<>();
    try (ExecutorService few = Executors.newFixedThreadPool(SIDE_BY_SIDE)) {
      for (Dependency dependency : Dependency.values()) {
        for (Fault fault : Fault.values()) {
          for (Look look : Look.values()) {
            if (impossible(dependency, fault, look).isEmpty()) {
              Case one = new Case(dependency, fault, look);
              Map<String, String> environment = broken(dependency, fault);
              cases.add(one);
              running.add(few.submit(() -> timed(environment, look)));
            }
          }
        }
      }
    }
    assertThat(cases)
        .hasSize(
            (Dependency.values().length * Fault.values().length - 3) * Look.values().length
                - (Fault.values().length - 1));
    for (int at = 0; at < cases.size(); at++) {
      holds(cases.get(at), running.get(at).get());
    }
  }

  @Test
  void whereNothingIsBrokenNothingIsBlamedThroughEitherDoor() {
    for (Dependency door : EnumSet.of(Dependency.DATABASE, Dependency.REST)) {
      for (Look look : Look.values()) {
        Timed timed = timed(sound(door), look);
        assertThat(timed.said().exit()).as(timed.said().all()).isEqualTo(ExitCode.FINE);
        assertThat(conditions(timed.said()).values()).as(timed.said().all()).containsOnly("UP");
      }
    }
  }

  @Test
  void aFullLookAtWhatIsWellIsOneScreenOfEightyColumns() {
    Said said = operator(sound(Dependency.DATABASE)).types("health full");
    assertThat(said.out().lines()).as(said.out()).hasSizeLessThanOrEqualTo(24);
    assertThat(said.out().lines()).as(said.out()).allMatch(line -> line.length() <= 80);
  }

  private static void holds(Case one, Timed timed) {
    String what = one + ":\n" + timed.said().all();
    Map<String, String> conditions = conditions(timed.said());
    assertThat(timed.took()).as(what).isLessThan(one.look().most);
    assertThat(timed.said().exit()).as(what).isEqualTo(ExitCode.CRITICAL);
    assertThat(conditions).as(what).containsEntry(one.dependency().component, "DOWN");
    assertThat(sentence(timed.said(), one.dependency().component))
        .as(what)
        .contains(name(one.dependency(), one.fault()));
    conditions.forEach((component, condition) -> {
      if (blinded(one.dependency()).contains(component)) {
        assertThat(condition).as(component + " of " + what).isEqualTo("UNKNOWN");
      } else if (!component.equals(one.dependency().component)) {
        assertThat(condition).as(component + " of " + what).isEqualTo("UP");
      }
    });
    assertThat(timed.said().all()).as(what).doesNotContain("s3cretKey", ARBITER, "\tat ");
  }

  private static Map<String, String> conditions(Said said) {
    Map<String, String> conditions = new TreeMap<>();
    for (JsonNode result : said.json().path("results")) {
      conditions.put(
          result.path("component").stringValue(), result.path("condition").stringValue());
    }
    return conditions;
  }

  private static String sentence(Said said, String component) {
    for (JsonNode result : said.json().path("results")) {
      if (result.path("component").stringValue().equals(component)) {
        return result.path("sentence").stringValue();
      }
    }
    throw new AssertionError("no result of " + component + ": " + said.out());
  }

  private record Timed(Said said, Duration took) {}

  private Timed timed(Map<String, String> environment, Look look) {
    long start = System.nanoTime();
    Said said =
        operator(environment).types("health " + look.name().toLowerCase(Locale.ROOT) + " -o json");
    return new Timed(said, Duration.ofNanos(System.nanoTime() - start));
  }

  private static Map<String, String> sound(Dependency door) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    environment.put("ARBITER_PRIVATE_KEY", ARBITER);
    environment.put("RPC_URL", chain.url());
    if (door == Dependency.REST) {
      environment.put("SUPABASE_URL", rest.supabase().toString());
      environment.put("SUPABASE_KEY", TestPostgrest.key("service_role").reveal());
    } else {
      environment.put("DATABASE_URL", database.url().secretText());
    }
    return environment;
  }

  private Map<String, String> broken(Dependency dependency, Fault fault) throws IOException {
    Map<String, String> environment = sound(dependency);
    switch (dependency) {
      case DATABASE -> environment.put("DATABASE_URL", brokenDatabase(fault));
      case REST -> environment.put("SUPABASE_URL", brokenDoor(fault));
      case CHAIN -> environment.put("RPC_URL", brokenNode(fault) + "/?key=s3cretKey");
      case FRONTEND ->
          environment.put(
              "METAOPS_CONFIG",
              Files.writeString(
                      directory.resolve("broken-" + fault + ".toml"), toml(brokenFront(fault)))
                  .toString());
    }
    if (dependency == Dependency.REST && fault == Fault.WRONG_CREDENTIALS) {
      environment.put("SUPABASE_KEY", TestPostgrest.forgedKey("service_role").reveal());
    }
    if (fault == Fault.WRONG_CHAIN) {
      environment.put("EXPECTED_CHAIN_ID", "137");
    }
    return environment;
  }

  private static String brokenDatabase(Fault fault) {
    var url = database.url();
    String sound = url.user() + ":s3cretKey@127.0.0.1:";
    return switch (fault) {
      case QUOTA -> "postgres://no_session:x@127.0.0.1:" + url.port() + "/" + url.database();
      case WRONG_CREDENTIALS, WRONG_CHAIN ->
          "postgres://" + sound + url.port() + "/" + url.database();
      case SLOW ->
          url.secretText().replace(":" + url.port() + "/", ":" + dripping(url.port()).port() + "/");
      case REFUSED, BLACK_HOLED, GARBAGE ->
          "postgres://" + sound + port(fault) + "/" + url.database();
    };
  }

  private static String brokenDoor(Fault fault) {
    return switch (fault) {
      case WRONG_CREDENTIALS, WRONG_CHAIN -> rest.supabase().toString();
      case SLOW -> LOOPBACK + dripping(rest.supabase().getPort()).port();
      case QUOTA -> saying(429);
      case REFUSED, BLACK_HOLED, GARBAGE -> LOOPBACK + port(fault);
    };
  }

  private static String brokenNode(Fault fault) {
    return switch (fault) {
      case WRONG_CREDENTIALS -> saying(401);
      case WRONG_CHAIN -> chain.url();
      case SLOW -> LOOPBACK + dripping(URI.create(chain.url()).getPort()).port();
      case QUOTA -> saying(429);
      case REFUSED, BLACK_HOLED, GARBAGE -> LOOPBACK + port(fault);
    };
  }

  private static String brokenFront(Fault fault) {
    return switch (fault) {
      case WRONG_CREDENTIALS -> saying(401);
      case QUOTA -> saying(429);
      case GARBAGE -> {
        VenueFront garbling = keep(new VenueFront());
        garbling.behaves(_ -> VenueFront.Answer.of(200, "hello"));
        yield LOOPBACK + garbling.port();
      }
      case SLOW -> LOOPBACK + dripping(front.port()).port();
      case REFUSED, BLACK_HOLED, WRONG_CHAIN -> LOOPBACK + port(fault);
    };
  }

  private static String saying(int status) {
    FakeNode node = keep(new FakeNode());
    node.behave(
        new FakeNode.Behaviour.Says(
            status, Map.of("Content-Type", "application/json"), "{\"message\":\"no\"}"));
    return node.url();
  }

  private static Tunnel dripping(int port) {
    return keep(new Tunnel(port)).drip();
  }

  private static int port(Fault fault) {
    return switch (fault) {
      case REFUSED -> FakeServer.closedPort();
      case BLACK_HOLED -> hole.port();
      case GARBAGE -> babbling.port();
      case SLOW, WRONG_CREDENTIALS, WRONG_CHAIN, QUOTA ->
          throw new IllegalArgumentException(fault + " has no port of its own");
    };
  }

  @Test
  void whatAnswersSlowlyIsDegradedAndTheNumberStandsBesideItsThreshold() throws IOException {
    Duration late = Duration.ofMillis(40);
    Map<String, String> environment = sound(Dependency.DATABASE);
    int port = database.url().port();
    environment.put(
        "DATABASE_URL",
        database
            .url()
            .secretText()
            .replace(":" + port + "/", ":" + keep(new Tunnel(port)).late(late).port() + "/"));
    environment.put(
        "RPC_URL",
        LOOPBACK + keep(new Tunnel(URI.create(chain.url()).getPort())).late(late).port());
    Said said =
        operator(environment)
            .configured(
                """
                [health]
                load-percent = 10000
                database-slow-after = "70ms"
                rpc-slow-after = "70ms"
                """)
            .types("health full");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out())
        .containsPattern("DEGRADED round trip [0-9]+ ms \\(up to 70 ms\\)")
        .containsPattern("DEGRADED latency [0-9]+ ms \\(up to 70 ms\\)");
  }

  @Test
  void aDatabaseThatTakesNoWritesIsNamedSo() {
    Database readOnly = TestPostgres.withOrdersSchema();
    TestPostgrest.execute(
        readOnly,
        "ALTER DATABASE \"%s\" SET default_transaction_read_only = on"
            .formatted(readOnly.url().database()));
    Said said =
        operator(Map.of("DATABASE_URL", readOnly.url().secretText())).types("health database");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out()).contains("writes refused: the database is read-only");
  }

  @Test
  void whatWasNotMeasuredIsNeverReady() throws IOException {
    Map<String, String> environment = sound(Dependency.DATABASE);
    environment.put("EXPECTED_CHAIN_ID", "31337");
    Said said = operator(environment).types("readiness --html ready.html -o json");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.WARNING);
    Map<String, String> states = new TreeMap<>();
    for (JsonNode item : said.json().path("items")) {
      states.put(item.path("item").stringValue(), item.path("state").stringValue());
    }
    assertThat(states)
        .hasSize(11)
        .containsEntry("ENVIRONMENT", "HOLDS")
        .containsEntry("ENDPOINTS", "HOLDS")
        .containsEntry("KEYS", "NOT_MEASURED")
        .containsEntry("RESPONSE", "NOT_MEASURED");
    assertThat(said.json().path("ready").asBoolean()).isFalse();
    assertThat(Files.readString(directory.resolve("ready.html"))).contains("NOT READY: 2 of 11");
    Said broken = operator(broken(Dependency.CHAIN, Fault.REFUSED)).types("readiness");
    assertThat(broken.exit()).as(broken.all()).isEqualTo(ExitCode.CRITICAL);
    assertThat(broken.out()).contains("FAILS", "blockchain DOWN");
  }

  @Test
  void aReportIsOnePageThatNeedsNothingElseAndCannotBeMadeToRunAnything() throws IOException {
    Map<String, String> environment = broken(Dependency.CHAIN, Fault.WRONG_CHAIN);
    environment.put("METAOPS_ENVIRONMENT", "<script>alert('x')</script>&\"");
    Files.createDirectories(directory.resolve("data"));
    for (int look = 0; look < 4; look++) {
      operator(look < 2 ? sound(Dependency.DATABASE) : environment).types("health quick");
    }
    operator(environment).types("health quick");
    Said said = operator(environment).types("health report --format html --out report.html");
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out()).contains("DOWN: written to ").contains("report.html");
    String page = Files.readString(directory.resolve("report.html"));
    Files.copy(
        directory.resolve("report.html"),
        Path.of("target", "health-report.html"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThat(page)
        .contains("<h1 class=\"DOWN is-DOWN\"><b>DOWN</b>blockchain: ")
        .contains("wrong chain, its id is 31337")
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;")
        .contains("so since ")
        .contains("default-src 'none'")
        .contains("<code>metaops config show</code>")
        .doesNotContain("<script", "http://", "https://", " src=", "@import", "url(", ARBITER);
  }

  @Test
  void aReportAsJsonHoldsWhatWasSeenBefore() throws IOException {
    Files.createDirectories(directory.resolve("data"));
    Map<String, String> environment = broken(Dependency.DATABASE, Fault.REFUSED);
    operator(environment).types("health quick");
    JsonNode report = operator(environment).types("generate-health-report --format json").json();
    assertThat(report.path("shape").stringValue()).isEqualTo("health-report/1");
    assertThat(report.path("overall").stringValue()).isEqualTo("DOWN");
    JsonNode database = report.path("results").path(0);
    assertThat(database.path("steady").stringValue()).isEqualTo("DOWN");
    assertThat(database.path("since").stringValue()).isLessThan(database.path("at").stringValue());
    assertThat(report.path("history").path(0).path("samples")).isNotEmpty();
  }

  @Test
  void watchingGoesOnUntilItIsStoppedAndEndsAsTheLastLookDid() throws Exception {
    Map<String, String> environment = broken(Dependency.CHAIN, Fault.REFUSED);
    var out = new ByteArrayOutputStream();
    var watching = new FutureTask<>(() -> operator(environment).types("health --watch", out));
    Thread thread = Thread.ofPlatform().daemon().start(watching);
    assertThat(
            ServeProcess.becomes(
                Duration.ofSeconds(30),
                () ->
                    out.toString(StandardCharsets.UTF_8).split("DOWN +blockchain", -1).length > 2))
        .as("it looks again and again")
        .isTrue();
    thread.interrupt();
    assertThat(watching.get(10, TimeUnit.SECONDS).exit()).isEqualTo(ExitCode.CRITICAL);
  }

  @Test
  void ctrlCEndsWatchingAsTheLastLookDid() throws IOException {
    Map<String, String> environment = broken(Dependency.CHAIN, Fault.REFUSED);
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    try (ServeProcess watching =
        ServeProcess.start(
            Main.class.getName(),
            List.of("health", "--watch"),
            environment,
            directory.resolve("watch.log"))) {
      watching.await(
          "a look", Duration.ofSeconds(30), () -> watching.output().contains("blockchain"));
      watching.interrupt();
      assertThat(watching.awaitEnd(Duration.ofSeconds(20)))
          .as(watching.output())
          .isEqualTo(ExitCode.CRITICAL.status());
    }
  }

  @Test
  void watchingServicesThatCannotBeToldEndsAtOnceAsOneLookDoes() throws IOException {
    assertThat(operator(sound(Dependency.DATABASE)).types("health services --watch"))
        .satisfies(said -> {
          assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
          assertThat(said.all()).contains("no service is configured");
        });
  }
}
