package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.store.Database;
import dev.metaops.testing.FakeNode;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which database and chain can be down, alone and together, against every command that
 * looks at them: it ends in time, blames the right one, and its exit code is true.
 */
class DependenciesDownTest {
  private static final String SECRET = "s3cretKey0fOurs";
  private static final Duration PROMISE = Duration.ofSeconds(3);

  /** What the orders database does, and how people are told. */
  enum DatabaseFault {
    NONE(""),
    REFUSED("connection refused"),
    SILENT("no answer within"),
    GARBAGE("does not speak PostgreSQL"),
    WRONG_PASSWORD("password authentication failed");

    private final String said;

    DatabaseFault(String said) {
      this.said = said;
    }
  }

  /** What the node does, and how people are told. */
  enum ChainFault {
    NONE(""),
    REFUSED("unreachable"),
    SILENT("no answer within"),
    SLOW("no answer within"),
    GARBAGE("answer not understood"),
    WRONG_CHAIN("wrong chain, its id is 31337 (expected: 137");

    private final String said;

    ChainFault(String said) {
      this.said = said;
    }
  }

  @TempDir Path directory;

  private static TestChain chain;
  private static TestRegistry registry;
  private static Database database;
  private static FakeServer silent;
  private static FakeServer babbling;
  private static FakeNode dripping;

  @BeforeAll
  static void open() throws SQLException {
    chain = TestChain.start();
    registry = chain.deployRegistry();
    chain.mine(8);
    database = TestPostgres.withOrdersSchema();
    silent = FakeServer.silent();
    babbling = FakeServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    dripping =
        new FakeNode()
            .on("eth_chainId", "\"0x7a69\"")
            .behave(new FakeNode.Behaviour.DrippingBody(50));
    insertOrder("ord_1");
  }

  @AfterAll
  static void close() throws IOException {
    chain.close();
    silent.close();
    babbling.close();
    dripping.close();
  }

  private static void insertOrder(String id) throws SQLException {
    var terms = registry.terms(id);
    try (Connection connection = database.connect(TestPostgres.minute());
        var insert =
            connection.prepareStatement(
                "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
                    + " VALUES (?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, terms.buyer().text());
      insert.setString(3, terms.seller().text());
      insert.setBigDecimal(4, new java.math.BigDecimal(terms.amount()));
      insert.setString(5, registry.address().text());
      insert.setString(6, EscrowKey.of(terms).text());
      insert.execute();
    }
  }

  private record Said(ExitCode exit, String text, Duration took) {}

  /** With the exit code it must have, given what is down. */
  private enum Asked {
    HEALTH_QUICK("health quick"),
    STATUS("status"),
    CHECK_STUCK("order check-stuck --timeout 1s"),
    LISTENER("listener status --timeout 1s"),
    VERIFY("order verify ord_1 --timeout 1s"),
    EVENTS("events recent --timeout 1s");

    private final String line;

    Asked(String line) {
      this.line = line;
    }

    ExitCode expected(DatabaseFault database, ChainFault chain) {
      return switch (this) {
        case HEALTH_QUICK, STATUS, LISTENER -> ExitCode.CRITICAL;
        case CHECK_STUCK, VERIFY -> ExitCode.COULD_NOT;
        case EVENTS ->
            chain == ChainFault.NONE && database != DatabaseFault.NONE
                ? ExitCode.WARNING
                : ExitCode.COULD_NOT;
      };
    }

    /** Whether this command needs the chain's answer once the database failed. */
    boolean blamesChain(DatabaseFault database) {
      return switch (this) {
        case HEALTH_QUICK, STATUS, EVENTS -> true;
        case CHECK_STUCK, VERIFY -> database == DatabaseFault.NONE;
        case LISTENER -> false;
      };
    }

    boolean blamesDatabase(ChainFault chain) {
      return this != EVENTS || chain == ChainFault.NONE;
    }
  }

  static Stream<Arguments> faults() {
    List<Arguments> faults = new ArrayList<>();
    for (DatabaseFault database : DatabaseFault.values()) {
      for (ChainFault chain : ChainFault.values()) {
        boolean isAlone = (database == DatabaseFault.NONE) != (chain == ChainFault.NONE);
        boolean isBoth = database.name().equals(chain.name()) && database != DatabaseFault.NONE;
        boolean isMixed =
            (database == DatabaseFault.WRONG_PASSWORD && chain == ChainFault.WRONG_CHAIN)
                || (database == DatabaseFault.SILENT && chain == ChainFault.REFUSED)
                || (database == DatabaseFault.REFUSED && chain == ChainFault.SILENT);
        if (isAlone || isBoth || isMixed) {
          faults.add(Arguments.of(database, chain));
        }
      }
    }
    return faults.stream();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void everyCommandEndsInTimeAndBlamesTheRightOne(DatabaseFault database, ChainFault chain)
      throws Exception {
    Map<String, String> environment = environment(database, chain);
    Map<Asked, FutureTask<Said>> asked = new LinkedHashMap<>();
    for (Asked command : Asked.values()) {
      var task = new FutureTask<>(() -> run(environment, command.line));
      Thread.ofPlatform().daemon().start(task);
      asked.put(command, task);
    }
    for (Map.Entry<Asked, FutureTask<Said>> command : asked.entrySet()) {
      Said said = command.getValue().get();
      String what = command.getKey().line + ":\n" + said.text();
      assertThat(said.took()).as(what).isLessThan(PROMISE);
      assertThat(said.text()).as(what).doesNotContain(SECRET).doesNotContain("0 stuck");
      if (command.getKey().blamesDatabase(chain)) {
        assertThat(said.text()).as(what).contains(database.said);
      }
      if (command.getKey().blamesChain(database)) {
        assertThat(said.text()).as(what).contains(chain.said);
      }
      assertThat(said.exit()).as(what).isEqualTo(command.getKey().expected(database, chain));
    }
  }

  @Test
  void quickHealthNamesTheOneThatIsDownAndTheOneThatIsNot() {
    String databaseDown =
        run(environment(DatabaseFault.REFUSED, ChainFault.NONE), "health quick").text();
    assertThat(databaseDown)
        .containsPattern("DOWN +database ")
        .containsPattern("UP +blockchain ")
        .containsPattern("UNKNOWN +listener .*could not look");
    String chainDown =
        run(environment(DatabaseFault.NONE, ChainFault.REFUSED), "health quick").text();
    assertThat(chainDown).containsPattern("UP +database ").containsPattern("DOWN +blockchain ");
  }

  @Test
  void anAbiWithoutAMappedEventIsOneSentenceWhoeverNeedsIt() throws IOException {
    Path abi =
        Files.writeString(
            directory.resolve("other.json"),
            """
            [{"type": "event", "name": "Transfer", "inputs": []}]
            """);
    Path file =
        Files.writeString(directory.resolve("metaops.toml"), "[escrow]\nabi = \"" + abi + "\"\n");
    Map<String, String> environment =
        new HashMap<>(environment(DatabaseFault.NONE, ChainFault.NONE));
    environment.put("METAOPS_CONFIG", file.toString());
    for (String line : List.of("order verify ord_1", "order fix ord_1", "events recent")) {
      Said said = run(environment, line);
      assertThat(said.exit()).as(line).isEqualTo(ExitCode.COULD_NOT);
      assertThat(said.text())
          .as(line)
          .contains("no event EscrowCreated(")
          .contains("it has: Transfer()")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void oneProviderOfTwoIsEnoughToSee() {
    Map<String, String> environment =
        new HashMap<>(environment(DatabaseFault.NONE, ChainFault.NONE));
    environment.put("RPC_URL", "http://127.0.0.1:" + FakeServer.closedPort() + "," + chain.url());
    Said said = run(environment, "health blockchain");
    assertThat(said.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(said.text()).containsPattern("DOWN +blockchain").containsPattern("UP +blockchain");
  }

  @Test
  void aFreezeWithEverythingDownHoldsHereAndIsMergedWhenTheDatabaseIsBack() throws Exception {
    Map<String, String> down = environment(DatabaseFault.REFUSED, ChainFault.REFUSED);
    Said frozen = run(down, "freeze \"rows-look-odd\"");
    assertThat(frozen.exit()).isEqualTo(ExitCode.FINE);
    assertThat(frozen.text())
        .contains("frozen: metaops writes no order row until lifted (recorded in the local journal")
        .contains("connection refused");
    Map<String, String> up = environment(DatabaseFault.NONE, ChainFault.NONE);
    assertThat(run(up, "status").text()).contains("FROZEN on this machine since");
    assertThat(freezes()).isZero();
    Said again = run(up, "freeze again");
    assertThat(again.text()).contains("(recorded in the orders database)");
    assertThat(freezes()).isEqualTo(2);
    assertThat(run(up, "unfreeze").text())
        .contains("not frozen: metaops writes order rows again (recorded in the orders database)");
    assertThat(run(up, "status").text()).doesNotContain("FROZEN");
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM metaops.freeze");
    }
  }

  @Test
  void freezeWorksWithNothingConfigured() {
    Said frozen = run(Map.of("METAOPS_DATA_DIR", directory.toString()), "freeze");
    assertThat(frozen.exit()).isEqualTo(ExitCode.FINE);
    assertThat(frozen.text()).contains("no orders database is configured");
  }

  private static long freezes() throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM metaops.freeze")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private Map<String, String> environment(DatabaseFault fault, ChainFault chainFault) {
    Map<String, String> environment = new HashMap<>();
    environment.put("METAOPS_DATA_DIR", directory.toString());
    environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    environment.put("DATABASE_URL", database(fault));
    environment.put("RPC_URL", node(chainFault) + "/?key=" + SECRET);
    if (chainFault == ChainFault.WRONG_CHAIN) {
      environment.put("EXPECTED_CHAIN_ID", "137");
    }
    return environment;
  }

  private static String database(DatabaseFault fault) {
    DatabaseUrl url = database.url();
    Optional<Integer> other =
        switch (fault) {
          case NONE, WRONG_PASSWORD -> Optional.empty();
          case REFUSED -> Optional.of(FakeServer.closedPort());
          case SILENT -> Optional.of(silent.port());
          case GARBAGE -> Optional.of(babbling.port());
        };
    return fault == DatabaseFault.NONE
        ? url.secretText()
        : "postgres://"
            + url.user()
            + ":"
            + SECRET
            + "@127.0.0.1:"
            + other.orElse(url.port())
            + "/"
            + url.database();
  }

  private static String node(ChainFault fault) {
    return switch (fault) {
      case NONE, WRONG_CHAIN -> chain.url();
      case REFUSED -> "http://127.0.0.1:" + FakeServer.closedPort();
      case SILENT -> "http://127.0.0.1:" + silent.port();
      case SLOW -> dripping.url();
      case GARBAGE -> "http://127.0.0.1:" + babbling.port();
    };
  }

  private Said run(Map<String, String> environment, String line) {
    var out = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(out, true, StandardCharsets.UTF_8);
    long start = System.nanoTime();
    ExitCode exit =
        Main.run(
            List.of(line.split(" ", -1)),
            new Surroundings(
                environment,
                directory,
                directory.resolve("home"),
                Set.of(),
                new ByteArrayInputStream(new byte[0]),
                both,
                both));
    return new Said(
        exit, out.toString(StandardCharsets.UTF_8), Duration.ofNanos(System.nanoTime() - start));
  }
}
