package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestReceiver;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code connections test}, {@code listener test} and {@code events follow}, as typed. */
@Timeout(90)
class ConnectionsTest {
  private static final String SECRET = "s3cretKey0fOurs";

  @TempDir Path directory;

  private static TestChain chain;
  private static TestRegistry registry;
  private static TestVenue venue;
  private static FakeServer silent;

  @BeforeAll
  static void open() {
    chain = TestChain.start();
    registry = chain.deployRegistry();
    venue = new TestVenue(chain, registry, TestPostgres.withOrdersSchema());
    venue.order("ord_1");
    silent = FakeServer.silent();
  }

  @AfterAll
  static void close() throws IOException {
    chain.close();
    silent.close();
  }

  @Test
  void everythingConfiguredIsWalkedAndNothingIsWritten() {
    String rows = venue.one("SELECT md5(string_agg(o::text, '|')) FROM public.orders o");
    Map<String, String> environment = environment();
    Said said = mined(environment, "test-all-connections -o json");
    JsonNode json = JsonMapper.shared().readTree(said.out());
    assertThat(json.path("shape").stringValue()).isEqualTo("connections-test/1");
    assertThat(json.path("connections"))
        .extracting(each -> each.path("subject").stringValue())
        .containsExactly("orders database", "provider", "web socket", "ops store");
    assertThat(json.path("connections"))
        .as(said.out())
        .allSatisfy(each -> assertThat(each.path("gravity").stringValue()).isEqualTo("WELL"));
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.both()).doesNotContain(SECRET);
    assertThat(venue.one("SELECT md5(string_agg(o::text, '|')) FROM public.orders o"))
        .isEqualTo(rows);
  }

  @Test
  void theWayToSentryAndLogtailIsWalkedAndNothingIsSentThere() {
    try (TestReceiver receiver = TestReceiver.taking()) {
      Map<String, String> environment = environment();
      environment.put("SENTRY_DSN", receiver.dsn(SECRET));
      environment.put("LOGTAIL_SOURCE_TOKEN", SECRET);
      environment.put("LOGTAIL_INGESTING_HOST", receiver.url());
      Said said = mined(environment, "connections test -o json");
      JsonNode json = JsonMapper.shared().readTree(said.out());
      assertThat(json.path("connections"))
          .filteredOn(each -> each.path("subject").stringValue().matches("Sentry|Logtail"))
          .hasSize(2)
          .allSatisfy(each -> assertThat(each.path("gravity").stringValue()).isEqualTo("WELL"))
          .allSatisfy(each -> assertThat(each.path("hops").toString()).contains("\"tcp\""));
      assertThat(receiver.taken()).isEmpty();
      assertThat(said.both()).doesNotContain(SECRET);
    }
  }

  @Test
  void whatIsDownIsNamedWithItsHopAndWhatToDo() {
    Map<String, String> environment = environment();
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "/v2/" + SECRET);
    environment.put("RPC_WS_URL", "ws://127.0.0.1:" + silent.port() + "/v2/" + SECRET);
    DatabaseUrl url = venue.orders().url();
    environment.put(
        "DATABASE_URL",
        "postgres://" + url.user() + ":" + SECRET + "@127.0.0.1:" + url.port() + "/db");
    Said said = run(environment, "connections test --timeout 2s");
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out())
        .startsWith("4 connections: 1 well, 3 down")
        .contains("tcp: connection refused")
        .contains("  next: check that it runs, and host and port")
        .contains("authentication: user " + url.user() + " refused: password authentication failed")
        .containsPattern(
            "web socket 127\\.0\\.0\\.1:\\d+: handshake: no (complete )?answer within");
    assertThat(said.both()).doesNotContain(SECRET);
  }

  @Test
  void everyOldNameIsUnderstood() {
    for (String old :
        List.of(
            "test-all-connections",
            "test-websocket",
            "ws-health-check",
            "test-event-connection",
            "test-event-subscription",
            "manual-event-test")) {
      assertThat(run(Map.of(), old + " --help").exit()).as(old).isEqualTo(ExitCode.FINE);
    }
    assertThat(run(Map.of("METAOPS_DATA_DIR", directory.toString()), "test-websocket").exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  // -------------------------------------------------------------------------------------- listener

  @Test
  void aSubscriptionIsTriedWithValuesBesideExpectations() {
    registry.create("heard");
    Said said = mined(environment(), "test-event-subscription");
    assertThat(said.out())
        .contains("UP  web socket subscription")
        .containsPattern("UP +web socket first-head +a head within 8.5 s +block \\d+, \\d+ ms")
        .containsPattern("UP +events of the escrow +eth_getLogs answered +\\d+ in blocks ")
        .containsPattern("UP +decoding +all of them +\\d+ of \\d+: ")
        .containsPattern("the listener's cursor +no listener of metaops follows");
    assertThat(said.exit()).as(said.out()).isEqualTo(ExitCode.FINE);
    assertThat(said.both()).doesNotContain(SECRET);
  }

  @Test
  void withoutAWebSocketPollingIsTried() {
    Map<String, String> environment = environment();
    environment.remove("RPC_WS_URL");
    Said said = mined(environment, "listener test");
    assertThat(said.out())
        .containsPattern("UP +polling for heads +a new block within 8.5 s +block \\d+, then \\d+");
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    Said still = run(environment, "listener test --timeout 1s");
    assertThat(still.out())
        .containsPattern("DEGRADED +polling for heads +a new block within 0.\\d s +still block");
    assertThat(still.exit()).isEqualTo(ExitCode.WARNING);
  }

  @Test
  void aDeadNodeAndADeadDatabaseAreEachOneLine() {
    Map<String, String> environment = environment();
    environment.put(
        "DATABASE_URL", "postgres://me:" + SECRET + "@127.0.0.1:" + silent.port() + "/d");
    environment.put("RPC_URL", "http://127.0.0.1:" + silent.port() + "/" + SECRET);
    environment.put("RPC_WS_URL", "ws://127.0.0.1:" + FakeServer.closedPort() + "/" + SECRET);
    Said said = run(environment, "listener test --timeout 2s");
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out())
        .containsPattern("DOWN +web socket tcp +it takes a connection +connection refused")
        .containsPattern("DOWN +provider +it answers +127\\.0\\.0\\.1:\\d+: no answer within")
        .containsPattern("DEGRADED +the listener's cursor +at most 1 min behind +not looked at: ");
    assertThat(said.both()).doesNotContain(SECRET);
  }

  // ---------------------------------------------------------------------------------------- follow

  @Test
  void eventsAreLinesAsTheyCome() {
    registry.create("followed");
    Map<String, String> environment = environment();
    environment.put("DATABASE_URL", "postgres://me:" + SECRET + "@127.0.0.1:1/down");
    Said text = run(environment, "events follow --for 3s");
    assertThat(text.exit()).as(text.both()).isEqualTo(ExitCode.FINE);
    assertThat(text.out()).containsPattern("Z  block \\d+  CREATED    followed  not final yet");
    Said json = run(environment, "events follow --for 3s -o json");
    assertThat(json.out().lines())
        .isNotEmpty()
        .allSatisfy(line -> {
          JsonNode event = JsonMapper.shared().readTree(line);
          assertThat(event.path("shape").stringValue()).isEqualTo("events-follow/1");
        })
        .anySatisfy(line -> assertThat(line).contains("\"order\":\"followed\""));
    assertThat(text.both() + json.both()).doesNotContain(SECRET);
  }

  @Test
  void withoutANodeFollowingEndsWithThreeAndSaysWhy() {
    Map<String, String> environment = environment();
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "/" + SECRET);
    Said said = run(environment, "events follow --for 3s");
    assertThat(said.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(said.both())
        .contains("cannot read, tries again without limit")
        .doesNotContain(SECRET);
  }

  @Test
  void ctrlCEndsFollowingWithZero() {
    registry.create("until-ctrl-c");
    try (ServeProcess process =
        ServeProcess.start(
            Main.class.getName(),
            List.of("events", "follow"),
            environment(),
            directory.resolve("follow.log"))) {
      process.await(
          "a line", Duration.ofSeconds(30), () -> process.output().contains("until-ctrl-c"));
      process.interrupt();
      assertThat(process.awaitEnd(Duration.ofSeconds(20))).as(process.output()).isZero();
    }
  }

  // ------------------------------------------------------------------------------------- what runs

  private record Said(ExitCode exit, String out, String err) {
    String both() {
      return out + err;
    }
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("METAOPS_DATA_DIR", directory.toString());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    environment.put("DATABASE_URL", venue.orders().url().secretText());
    environment.put("OPS_DATABASE_URL", TestPostgres.url("postgres").secretText());
    environment.put("RPC_URL", chain.url() + "/?key=" + SECRET);
    environment.put("RPC_WS_URL", chain.webSocketUrl() + "/?key=" + SECRET);
    return environment;
  }

  /** While blocks are mined, and no block afterwards. */
  private Said mined(Map<String, String> environment, String line) {
    AtomicBoolean enough = new AtomicBoolean();
    Thread miner =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!enough.get()) {
                  SystemTicker.SYSTEM.rest(Duration.ofMillis(100));
                  chain.mine(1);
                }
              } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      return run(environment, line);
    } finally {
      enough.set(true);
      join(miner);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private Said run(Map<String, String> environment, String line) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    ExitCode exit =
        Main.run(
            List.of(line.split(" ", -1)),
            new Surroundings(
                environment,
                directory,
                directory.resolve("home"),
                Set.of(),
                new ByteArrayInputStream(new byte[0]),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
    return new Said(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
