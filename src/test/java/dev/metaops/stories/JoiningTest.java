package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.command.ExitCode;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody joins a venue with the variables they have: init writes, doctor explains. */
class JoiningTest {
  @TempDir Path directory;
  private final TestChain chain = TestChain.start();
  private final Database database = TestPostgres.emptyDatabase();
  private TestRegistry registry;

  @BeforeEach
  void aVenue() {
    TestPostgrest.createRoles(database);
    chain.mine(7);
    registry = chain.deployRegistry();
    chain.mine(3);
  }

  @AfterEach
  void close() {
    chain.close();
  }

  @Test
  void whatInitWritesIsCompleteAndTheNextCommandWorksWithIt() throws Exception {
    table("public.orders");
    Hash released = placed("public.orders", "ord_1", "PENDING", 1);
    placed("public.orders", "ord_2", "PENDING", 1);
    registry.release(released);
    chain.finalizeBlock(chain.latest().ref());
    try (TestPostgrest rest = TestPostgrest.start(database)) {
      Map<String, String> overRest =
          Map.of(
              "SUPABASE_URL",
              rest.supabase().toString(),
              "SUPABASE_KEY",
              TestPostgrest.key("service_role").reveal());
      for (Map<String, String> door : List.of(sql(), overRest)) {
        Files.deleteIfExists(file());
        Operator operator = operator(door);
        Said init = operator.types("config init");
        assertThat(init.exit()).as(init.all()).isEqualTo(ExitCode.FINE);
        String written = Files.readString(file());
        assertThat(written)
            .contains("\ntable = \"public.orders\"")
            .contains("\nstate = \"status\"")
            .contains("\namount-decimals = 0")
            .contains("\nexpected-chain-id = 31337")
            .contains("\nsettle-on = \"finalized\"")
            .contains("\nnative-symbol = \"ETH\"")
            .contains("\nprofile = \"registry\"")
            .contains("\nkey = \"derived\"")
            .contains("\nfrom-block = 8")
            .contains("keys of 2 of 2 rows")
            .contains("# escrow-key = ")
            .contains("$RPC_URL");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
            .isEqualTo("rw-------");
        assertThat(operator.types("config check").exit()).isEqualTo(ExitCode.FINE);
        Said stuck = operator.types("order check-stuck 2 -o json");
        assertThat(stuck.exit()).as(stuck.all()).isEqualTo(ExitCode.CRITICAL);
        assertThat(stuck.out()).contains("ROW_BEHIND");
      }
    }
  }

  @Test
  void aFileThatIsThereIsReplacedOnlyByForceAndWhatItSaidStays() throws Exception {
    table("public.orders");
    placed("public.orders", "ord_1", "PENDING", 1);
    Operator operator =
        operator(sql())
            .configured("[orders]\nstuck-after = \"7h\"\n[ops]\nurl = \"" + marked() + "\"");
    Said refused = operator.types("config init");
    assertThat(refused.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(refused.all()).contains("--force").contains("metaops.toml");
    Said shown = operator.types("config init --dry-run");
    assertThat(shown.out()).contains("NOTHING WAS WRITTEN").contains("stuck-after = \"7h\"");
    assertThat(Files.readString(file())).startsWith("[orders]\nstuck-after");
    Said forced = operator.types("config init --force -o json");
    assertThat(forced.exit()).as(forced.all()).isEqualTo(ExitCode.WARNING);
    assertThat(forced.json().path("shape").asString()).isEqualTo("config-init/1");
    assertThat(Files.readString(file()))
        .contains("\nstuck-after = \"7h\"")
        .contains("stood in the earlier file");
    assertThat(Files.readString(file())).doesNotContain("hunter2");
    assertThat(Files.readString(directory.resolve("metaops.toml.before"))).contains("hunter2");
  }

  @Test
  void wordsAndScaleNobodyExplainedAreGuessedAndLeftToPeople() throws Exception {
    table("trading.deals");
    placed("trading.deals", "ord_1", "in_escrow", 18);
    placed("trading.deals", "ord_2", "paid_out", 18);
    chain.finalizeBlock(chain.latest().ref());
    Operator operator = operator(sql());
    Said init = operator.types("config init");
    assertThat(init.exit()).as(init.all()).isEqualTo(ExitCode.WARNING);
    assertThat(init.out()).contains("orders.states").contains("in_escrow=PENDING");
    assertThat(Files.readString(file()))
        .contains("\ntable = \"trading.deals\"")
        .contains("\n# states = [\"in_escrow=PENDING\", \"paid_out=SETTLED\"]")
        .contains("\namount-decimals = 18");
    assertThat(operator.types("config check").exit()).isEqualTo(ExitCode.FINE);
    Files.writeString(file(), Files.readString(file()).replace("# states = ", "states = "));
    Said stuck = operator.types("order check-stuck 2 -o json");
    assertThat(stuck.exit()).as(stuck.all()).isNotEqualTo(ExitCode.COULD_NOT);
    assertThat(stuck.out()).contains("WAITING");
  }

  @Test
  void aContractOfOtherEventsAndOneOfATradeAreTold() throws Exception {
    table("public.orders");
    var factory = chain.deployTradeFactory();
    var trade = factory.create("ord_9");
    trade.deposit();
    TestPostgrest.execute(database, "ALTER TABLE public.orders ADD COLUMN escrow_contract text");
    TestPostgrest.execute(
        database,
        "INSERT INTO public.orders (id, status, escrow_contract) VALUES ('ord_9', 'DEPOSITED', '"
            + trade.address()
            + "')");
    var environment = new HashMap<>(sql());
    environment.put("ESCROW_CONTRACT_ADDRESS", factory.address().text());
    Said init = operator(environment).types("config init");
    assertThat(Files.readString(file()))
        .as(init.all())
        .contains("\nprofile = \"trade-instance\"")
        .contains("\nfactory = \"" + factory.address() + "\"")
        .contains("\nkey = \"contract\"");
    environment.put("ESCROW_CONTRACT_ADDRESS", chain.deployToken().address().text());
    init = operator(environment).types("config init --force");
    assertThat(init.exit()).as(init.all()).isEqualTo(ExitCode.WARNING);
    assertThat(init.all()).contains("Against the earlier profile");
    Files.delete(file());
    init = operator(environment).types("config init --out token.toml");
    assertThat(init.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(Files.readString(directory.resolve("token.toml")))
        .contains("\n# profile = \"custom\"")
        .contains("0 of 5 events of the")
        .contains("it emitted");
    environment.put("ESCROW_CONTRACT_ADDRESS", chain.buyer().text());
    init = operator(environment).types("config init --out nobody.toml");
    assertThat(init.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(init.all()).contains("no contract at this address");
  }

  @Test
  void aListenerOfTheMachineIsNamedAndItsEnvironmentIsNot() throws Exception {
    table("public.orders");
    Path programs = Files.createDirectories(directory.resolve("bin"));
    script(
        programs.resolve("pm2"),
        "echo '[{\"name\":\"escrow-listener\",\"pm2_env\":{\"status\":\"online\",\"K\":\"hunter2\"}}]'");
    script(programs.resolve("systemctl"), "echo 'x-indexer.service loaded active running X'");
    Files.createDirectories(directory.resolve("home/.pm2"));
    var environment = new HashMap<>(sql());
    environment.put("PATH", programs.toString());
    Said unasked = operator(environment).types("config init --dry-run");
    assertThat(unasked.out()).doesNotContain("escrow-listener").contains("x-indexer.service");
    Files.writeString(
        directory.resolve("home/.pm2/pm2.pid"), Long.toString(ProcessHandle.current().pid()));
    Said asked = operator(environment).types("config init --dry-run");
    assertThat(asked.out().replace("\n# ", " "))
        .contains("escrow-listener (pm2, online)")
        .doesNotContain("hunter2");
  }

  @Test
  void withNothingToLookAtNothingIsWritten() throws Exception {
    Operator nobody = new Operator(directory, Map.of());
    Said init = nobody.types("config init");
    assertThat(init.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(init.all()).contains("DATABASE_URL").contains("RPC_URL");
    assertThat(file()).doesNotExist();
    try (FakeServer silent = FakeServer.silent()) {
      Said hung =
          new Operator(
                  directory,
                  Map.of(
                      "DATABASE_URL",
                      "postgres://u:hunter2@127.0.0.1:" + silent.port() + "/orders",
                      "RPC_URL",
                      "http://127.0.0.1:" + silent.port() + "/v2/hunter2?key=hunter2"))
              .types("config init --timeout 500ms");
      assertThat(hung.exit()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(hung.all()).contains("connections test").doesNotContain("hunter2");
    }
  }

  @Test
  void doctorSaysWhatIsFoundWhatIsMissingAndWhatItCosts() throws Exception {
    table("public.orders");
    placed("public.orders", "ord_1", "PENDING", 1);
    placed("public.orders", "ord_2", "on_ice", 1);
    TestPostgrest.execute(
        database,
        "ALTER TABLE public.orders DROP COLUMN seller;"
            + " UPDATE public.orders SET buyer = 'somebody' WHERE id = 'ord_2'");
    chain.finalizeBlock(chain.latest().ref());
    try (TestPostgrest rest = TestPostgrest.start(database)) {
      Map<String, String> overRest =
          Map.of(
              "SUPABASE_URL",
              rest.supabase().toString(),
              "SUPABASE_KEY",
              TestPostgrest.key("service_role").reveal());
      for (Map<String, String> door : List.of(sql(), overRest)) {
        Said doctor = operator(door).types("doctor");
        assertThat(doctor.exit()).as(doctor.all()).isEqualTo(ExitCode.WARNING);
        assertThat(doctor.out())
            .containsPattern(
                "ok +door +" + (door.containsKey("SUPABASE_URL") ? ".*service role" : "postgres:"))
            .containsPattern("ok +columns +public.orders: id, state = status, buyer")
            .contains("no seller column: releases are not compared with who should have been paid")
            .containsPattern("warning +states +UNMAPPED.*: on_ice")
            .containsPattern(
                "warning +rows +1 of the newest 2 rows .*ord_2: its row cannot be read: buyer:"
                    + " somebody")
            .containsPattern("ok +visibility +every row")
            .containsPattern("ok +escrow +.*answers as the registry")
            .containsPattern("ok +contract code +no proxy, .* 5 of 5 events")
            .containsPattern("ok +following +.*: about [0-9,]+ calls and [0-9.]+ [MG]B a day")
            .containsPattern("ok +rpc.budget +not set");
      }
      Said anonymous =
          operator(
                  Map.of(
                      "SUPABASE_URL",
                      rest.supabase().toString(),
                      "SUPABASE_KEY",
                      TestPostgrest.key("anon").reveal()))
              .types("doctor");
      assertThat(anonymous.out()).containsPattern("missing +visibility +rows may be hidden.*anon");
      assertThat(anonymous.exit()).isNotEqualTo(ExitCode.FINE);
    }
  }

  @Test
  void noSecretIsPrintedByWhoeverFails() throws Exception {
    try (FakeServer silent = FakeServer.silent()) {
      String place = "127.0.0.1:" + silent.port();
      var environment = new HashMap<String, String>();
      environment.put("DATABASE_URL", "postgres://ops:hunter2-db@" + place + "/orders");
      environment.put("DATABASE_DIRECT_URL", "postgres://ops:hunter2-direct@" + place + "/orders");
      environment.put("OPS_DATABASE_URL", "postgres://ops:hunter2-ops@" + place + "/ops");
      environment.put(
          "RPC_URL",
          "http://user:hunter2-user@"
              + place
              + "/v2/hunter2-path?key=hunter2-query,http://127.0.0.1:1/hunter2-second");
      environment.put("RPC_WS_URL", "ws://" + place + "/hunter2-ws?key=hunter2-ws");
      environment.put("ESCROW_CONTRACT_ADDRESS", registry.address().text());
      var overRest = new HashMap<>(environment);
      overRest.remove("DATABASE_URL");
      overRest.put("SUPABASE_URL", "http://" + place);
      overRest.put("SUPABASE_KEY", "hunter2-key");
      for (var each : List.of(environment, overRest)) {
        for (String line :
            List.of(
                "doctor --timeout 700ms",
                "doctor --timeout 700ms -o json",
                "config init --timeout 700ms",
                "config init --dry-run -o json --timeout 700ms")) {
          Said said = new Operator(directory, each).types(line);
          assertThat(said.exit()).as(said.all()).isIn(ExitCode.CRITICAL, ExitCode.COULD_NOT);
          assertThat(said.all()).as(line).doesNotContain("hunter2");
        }
      }
    }
    table("public.orders");
    var environment = new HashMap<>(sql());
    environment.put("RPC_URL", chain.url() + "/hunter2-path?key=hunter2-query");
    Said init = new Operator(directory, environment).types("config init");
    assertThat(init.all() + Files.readString(file())).doesNotContain("hunter2");
  }

  // -------------------------------------------------------------------------------------- the
  // venue

  private void table(String name) {
    TestPostgrest.execute(
        database,
        """
        CREATE SCHEMA IF NOT EXISTS trading;
        CREATE TABLE %1$s (
          id text PRIMARY KEY, status text NOT NULL, buyer text, seller text, token text,
          amount numeric, created_at timestamptz NOT NULL DEFAULT now(),
          updated_at timestamptz NOT NULL DEFAULT now());
        GRANT SELECT ON %1$s TO anon, service_role;\
        """
            .formatted(name));
  }

  private Hash placed(String table, String id, String state, int scale) throws SQLException {
    Terms terms = registry.terms(id);
    registry.create(terms);
    BigDecimal amount = new BigDecimal(terms.amount());
    try (Connection connection = database.connect(TestPostgres.minute())) {
      Rows.execute(
          connection,
          "INSERT INTO "
              + table
              + " (id, status, buyer, seller, token, amount, created_at, updated_at) VALUES"
              + " (?, ?, ?, ?, ?, ?, now() - interval '5 hours', now() - interval '3 hours')",
          id,
          state,
          terms.buyer().text(),
          terms.seller().text(),
          terms.token().text(),
          scale == 18 ? amount.movePointLeft(18) : amount);
    }
    return EscrowKey.of(terms);
  }

  private static void script(Path file, String line) throws Exception {
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path file() {
    return directory.resolve("metaops.toml");
  }

  private static String marked() {
    return "postgres://u:hunter2@127.0.0.1:1/ops";
  }

  private Map<String, String> sql() {
    return Map.of("DATABASE_URL", database.url().secretText());
  }

  private Operator operator(Map<String, String> door) {
    var environment = new HashMap<>(door);
    environment.put("RPC_URL", chain.url());
    environment.putIfAbsent("ESCROW_CONTRACT_ADDRESS", registry.address().text());
    return new Operator(directory, environment);
  }
}
