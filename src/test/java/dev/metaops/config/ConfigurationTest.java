package dev.metaops.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path directory;

  @Test
  void twoKeysOfOneHostAreTwoProvidersWithANameEach() {
    assertThat(
            read(Map.of("RPC_URL", "https://a.example/KEY1,https://a.example/KEY2"))
                .settings()
                .chain()
                .providers())
        .extracting(Endpoint::place)
        .containsExactly("a.example", "a.example #2");
  }

  @Test
  void withoutFileAndEnvironmentEverythingHasItsDefaultAndNothingIsConfigured() {
    Settings settings = read(Map.of()).settings();
    assertThat(settings.orders().door()).isEmpty();
    assertThat(settings.orders().mode()).isEqualTo(OrdersSection.Mode.OBSERVE);
    assertThat(settings.orders().guard()).isEqualTo(OrdersSection.Guard.ABSENT);
    assertThat(settings.orders().stuckAfter()).isEqualTo(Duration.ofHours(2));
    assertThat(settings.chain().providers()).isEmpty();
    assertThat(settings.chain().settleOn()).isEqualTo("finalized");
    assertThat(settings.listen().staleAfter()).isEqualTo(Duration.ofSeconds(60));
    assertThat(settings.environment().dataDirectory())
        .isEqualTo(directory.resolve("home/.local/share/metaops"));
  }

  @Test
  void detailsAreOpenOnLoopbackOnlyAndATokenIsNoWord() throws IOException {
    Files.writeString(
        directory.resolve("metaops.toml"),
        "[http]\nbind = \"10.0.0.7\"\ndetails = \"open\"\nhosts = [\"Ops.example\"]\n");
    Configuration read = read(Map.of("METAOPS_TOKEN", "hunter2"));
    assertThat(read.problems())
        .extracting(Problem::key)
        .containsExactlyInAnyOrder("http.details", "http.token");
    assertThat(read.settings().http().details()).isEqualTo(HttpSection.Details.CREDENTIAL);
    assertThat(read.settings().http().hosts()).containsExactly("ops.example");
    assertThat(read.problems().toString()).doesNotContain("hunter2");
  }

  @Test
  void theEnvironmentAsOperatorsHaveItIsEnough() {
    Settings settings =
        read(Map.of(
                "DATABASE_URL", "postgres://ops:p%40ss@db.example:6543/venue?sslmode=require",
                "RPC_URL", "https://a.example/v2/KEY, http://127.0.0.1:8545",
                "EXPECTED_CHAIN_ID", "137",
                "ESCROW_CONTRACT_ADDRESS", "0x12345678901234567890123456789012345678EF",
                "METAOPS_DATA_DIR", "here"))
            .settings();
    OrdersDoor door = settings.orders().door().orElseThrow();
    assertThat(door.place()).isEqualTo("postgres:db.example:6543/venue");
    assertThat(door)
        .isInstanceOfSatisfying(
            OrdersDoor.Sql.class,
            sql -> {
              assertThat(sql.url().jdbc()).isEqualTo("jdbc:postgresql://db.example:6543/venue");
              assertThat(sql.url().properties()).containsEntry("sslmode", "require");
              assertThat(sql.url().user()).isEqualTo("ops");
              assertThat(sql.url().properties().getProperty("password")).isEqualTo("p@ss");
              assertThat(sql.url().host()).isEqualTo("db.example");
              assertThat(sql.url().port()).isEqualTo(6543);
            });
    assertThat(settings.chain().providers())
        .extracting(Endpoint::place)
        .containsExactly("a.example", "127.0.0.1:8545");
    assertThat(settings.chain().expectedChainId()).contains(137L);
    assertThat(settings.escrow().address()).contains("0x12345678901234567890123456789012345678ef");
    assertThat(settings.environment().dataDirectory()).isEqualTo(directory.resolve("here"));
  }

  @Test
  void theEnvironmentWinsOverTheFileAndAnEnvironmentFileOverBoth() throws IOException {
    toml(
        """
        [chain]
        expected-chain-id = 1
        native-symbol = "POL"
        rpc-url = ["http://one.example", "http://two.example"]
        """);
    Path variables =
        Files.writeString(
            directory.resolve("venue.env"), "# ours\nexport EXPECTED_CHAIN_ID='3'\nOTHER=1\n");
    assertThat(read(Map.of("EXPECTED_CHAIN_ID", "2")).settings().chain().expectedChainId())
        .contains(2L);
    Configuration all =
        Configuration.read(
            new Where(
                Map.of("EXPECTED_CHAIN_ID", "2"),
                Optional.of(variables),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory));
    assertThat(all.settings().chain().expectedChainId()).contains(3L);
    assertThat(all.settings().chain().nativeSymbol()).isEqualTo("POL");
    assertThat(all.settings().chain().providers()).hasSize(2);
    assertThat(origin(all, "chain.expected-chain-id"))
        .isEqualTo("$EXPECTED_CHAIN_ID in " + variables);
    assertThat(origin(all, "chain.native-symbol"))
        .isEqualTo(directory.resolve("metaops.toml") + ":3");
    assertThat(origin(all, "chain.settle-on")).isEqualTo("default");
  }

  @Test
  void tokensAreCalledAsConfiguredAndNoTwoAlike() throws IOException {
    String usdc = "0x" + "Ab".repeat(20) + " USDC 6";
    toml("[chain]\ntokens = [\"" + usdc + "\", \"0x" + "cd".repeat(20) + " USDC.e 18\"]\n");
    assertThat(read(Map.of()).settings().chain().tokens())
        .containsExactly(
            new NamedToken("0x" + "ab".repeat(20), "USDC", 6),
            new NamedToken("0x" + "cd".repeat(20), "USDC.e", 18));
    for (String wrong :
        List.of(
            "0x12 USDC 6",
            "0x" + "ab".repeat(20) + " USDC 78",
            "0x" + "ab".repeat(20) + " USDC",
            "0x" + "ab".repeat(20) + " ETH 18",
            "0x" + "00".repeat(20) + " POL 18",
            usdc + ", 0x" + "cd".repeat(20) + " USDC 6",
            usdc + ", " + usdc.replace("USDC", "OTHER"))) {
      toml("[chain]\ntokens = \"" + wrong + "\"\n");
      assertThat(read(Map.of()).problems()).as(wrong).hasSize(1);
    }
  }

  @Test
  void aServiceHasATableOfItsOwnAndAllThatIsWrongWithItIsSaid() throws IOException {
    toml(
        """
        [services.db]
        driver = "systemd"
        name = "venue-db.service"
        [services.api]
        driver = "process"
        command = "node 'a b.js' --port 4001"
        directory = "api"
        depends-on = ["db"]
        ports = [4001, 4002]
        ready = "log:listening on"
        stop-within = 3
        role = "listener"
        """);
    Configuration read = read(Map.of());
    assertThat(read.problems()).isEmpty();
    ServicesSection.Supervised api = read.settings().services().all().get(1);
    assertThat(api.command()).containsExactly("node", "a b.js", "--port", "4001");
    assertThat(api.directory()).contains(directory.resolve("api"));
    assertThat(api.dependsOn()).containsExactly("db");
    assertThat(api.ports()).containsExactly(4001, 4002);
    assertThat(api.ready()).contains(new ServicesSection.Probe.LogLine("listening on"));
    assertThat(api.stopWithin()).isEqualTo(Duration.ofSeconds(3));
    assertThat(api.readyWithin()).isEqualTo(Duration.ofSeconds(30));
    assertThat(read.settings().services().listener()).contains("api");
    assertThat(origin(read, "services.api.command"))
        .isEqualTo(directory.resolve("metaops.toml") + ":6");

    toml(
        """
        [services.a]
        drivr = "pm2"
        depends-on = "b"
        [services.b]
        driver = "pm2"
        depends-on = "c"
        name = "--all"
        [services.c]
        driver = "pm2"
        depends-on = "b"
        ports = [70000]
        ready = "soon"
        [services.d]
        driver = "process"
        depends-on = "nobody"
        [services.all]
        driver = "pm2"
        """);
    assertThat(read(Map.of()).problems())
        .extracting(Problem::sentence)
        .anyMatch(text ->
            text.contains("services.a.drivr (unknown key; did you mean services.a.driver?)"))
        .anyMatch(
            text -> text.contains("services.a.driver (a service needs a driver, and not set)"))
        .anyMatch(text -> text.contains("services.b.name: --all (expected: a name"))
        .anyMatch(
            text -> text.contains("services.b.depends-on (expected: names that do not lead back"))
        .anyMatch(text -> text.contains("services.c.ports: 70000"))
        .anyMatch(text -> text.contains("services.c.ready: soon"))
        .anyMatch(text -> text.contains("services.d.command (a service of the driver process"))
        .anyMatch(text -> text.contains("services.d.depends-on: nobody"))
        .anyMatch(text -> text.contains("services.all"));
  }

  @Test
  void aFrontEndHasATableOfItsOwnAndNothingSecretOfItIsShown() throws IOException {
    toml(
        """
        [frontend.app]
        url = "https://me:s3cret@venue.example:8443/orders/{order}?key=s3cret"
        state-at = "/order/state"
        every = 30
        timeout = "250ms"
        [frontend.live]
        url = "wss://venue.example/live"
        send = '{"token": "s3cret", "subscribe": "{order}"}'
        state-at = "/state"
        """);
    Configuration read = read(Map.of());
    assertThat(read.problems()).isEmpty();
    FrontendSection.Watched app = read.settings().frontend().all().getFirst();
    assertThat(app.url().place()).isEqualTo("venue.example:8443");
    assertThat(app.pace())
        .isEqualTo(
            new FrontendSection.Pace(
                Duration.ofSeconds(30), Duration.ofMillis(250), Duration.ofSeconds(2)));
    assertThat(app.expectStatus()).isEqualTo(200);
    assertThat(app.staleAfter()).isEqualTo(Duration.ofSeconds(30));
    assertThat(app.isHeld()).isFalse();
    assertThat(read.settings().frontend().all().get(1).isHeld()).isTrue();
    assertThat(read.values().toString() + read.settings()).doesNotContain("s3cret");

    toml(
        """
        [frontend.a]
        url = "https://{order}.example/s3cret"
        [frontend.b]
        url = "https://venue.example/orders?key=s3cret"
        state-at = "/order/state"
        [frontend.c]
        url = "https://venue.example/{order}"
        state-at = "order.state"
        every = "1ms"
        [frontend.d]
        urll = "https://venue.example"
        """);
    assertThat(read(Map.of()).problems())
        .extracting(Problem::sentence)
        .noneMatch(text -> text.contains("s3cret"))
        .anyMatch(text -> text.contains("frontend.a.url: ‹hidden› (expected: an http"))
        .anyMatch(text -> text.contains("frontend.b.state-at: /order/state (expected:"))
        .anyMatch(text -> text.contains("frontend.c.state-at: order.state (expected:"))
        .anyMatch(text -> text.contains("frontend.c.every: 1ms (expected:"))
        .anyMatch(text -> text.contains("frontend.d.urll (unknown key; did you mean"))
        .anyMatch(text -> text.contains("frontend.d.url (a front end needs an address"));
  }

  @Test
  void aPersonIsOneNameHoweverManyKeysAndNoKeyIsTwoPeoples() throws IOException {
    String one = "MCowBQYDK2VwAyEA" + "A".repeat(42) + "E=";
    String other = "MCowBQYDK2VwAyEA" + "B".repeat(42) + "E=";
    toml(
        "[people]\nkeys = [\"kim "
            + one
            + " 2026-01-01 2026-03-01T02:41:00Z\", \"kim "
            + other
            + " 2026-03-01\"]\napprovers = [\"kim\"]\n");
    assertThat(read(Map.of()).problems()).isEmpty();
    PeopleSection people = read(Map.of()).settings().people();
    assertThat(people.keys())
        .containsExactly(
            new PeopleSection.NamedKey(
                "kim",
                one,
                Instant.parse("2026-01-01T00:00:00Z"),
                Optional.of(Instant.parse("2026-03-01T02:41:00Z"))),
            new PeopleSection.NamedKey(
                "kim", other, Instant.parse("2026-03-01T00:00:00Z"), Optional.empty()));
    assertThat(people.approvers()).containsExactly("kim");
    for (String wrong :
        List.of(
            "keys = [\"kim " + one + " 2026-01-01\", \"lee " + one + " 2026-01-01\"]",
            "keys = [\"kim " + one + "\"]",
            "keys = [\"kim " + one + " 2026-02-30\"]",
            "keys = [\"kim " + one + " 2026-02-01 2026-01-01\"]",
            "keys = [\"Kim " + one + " 2026-01-01\"]",
            "keys = [\"kim AAAA 2026-01-01\"]",
            "keys = [\"kim " + one + " 2026-01-01\"]\napprovers = [\"kin\"]")) {
      toml("[people]\n" + wrong + "\n");
      assertThat(read(Map.of()).problems()).as(wrong).hasSize(1);
    }
  }

  @Test
  void aVariableNamesAnotherDoorThanTheFileAndWins() throws IOException {
    toml("[orders]\nurl = \"postgres://ops@file.example/venue\"\n");
    Settings settings =
        read(Map.of("SUPABASE_URL", "https://abcd.supabase.co", "SUPABASE_KEY", "k")).settings();
    assertThat(settings.orders().door().map(OrdersDoor::place)).contains("supabase:abcd (REST)");
  }

  @Test
  void allProblemsAreSaidTogetherWithKeyValueExpectationAndLine() throws IOException {
    toml(
        """
        [orders]
        mode = "watch"
        tabel = "public.orders"

        [chain]
        settle-on = "0"

        [listen]
        poll-interval = "soon"
        """);
    assertThat(
            read(Map.of("ESCROW_CONTRACT_ADDRESS", "0x12", "SUPABASE_URL", "https://a.supabase.co"))
                .problems())
        .extracting(problem -> problem.sentence().replace(directory + "/", ""))
        .containsExactlyInAnyOrder(
            "metaops.toml:2: orders.mode: watch (expected: observe, repair, own)",
            "metaops.toml:3: orders.tabel (unknown key; did you mean orders.table?)",
            "metaops.toml:6: chain.settle-on: 0 (expected: finalized, safe, or a number of"
                + " confirmations)",
            "metaops.toml:9: listen.poll-interval: soon (expected: a duration up to 10m; a number"
                + " alone counts seconds)",
            "$ESCROW_CONTRACT_ADDRESS: escrow.address: 0x12 (expected: 0x and 40 hex digits)",
            "SUPABASE_KEY, orders.supabase-key (needed beside orders.supabase-url, and not set)");
  }

  @Test
  void aFileThatIsNotTomlIsOneProblemWithItsLine() throws IOException {
    toml("[orders]\nmode = \n");
    assertThat(read(Map.of()).problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.sentence()).contains("metaops.toml:2: the file"));
  }

  @Test
  void aNamedFileHasToBeThere() {
    assertThat(read(Map.of("METAOPS_CONFIG", "absent.toml")).problems())
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.sentence())
                .startsWith("METAOPS_CONFIG: ")
                .endsWith("absent.toml (expected: a TOML file that can be read)"));
  }

  @Test
  void secretsMayComeFromFiles() throws IOException {
    Files.writeString(directory.resolve("key"), "s3cret\n");
    Settings settings =
        read(Map.of("SUPABASE_URL", "https://abcd.supabase.co", "SUPABASE_KEY_FILE", "key"))
            .settings();
    assertThat(settings.orders().door())
        .hasValueSatisfying(door ->
            assertThat(door)
                .isInstanceOfSatisfying(
                    OrdersDoor.Rest.class,
                    rest -> assertThat(rest.key().reveal()).isEqualTo("s3cret")));
    toml("[orders]\nurl-file = \"absent\"\n");
    assertThat(read(Map.of()).problems())
        .extracting(problem -> problem.sentence().replace(directory + "/", ""))
        .containsExactly(
            "metaops.toml:2: orders.url-file: absent (expected: a file of text that can be read)");
  }

  @Test
  void noSecretPrintsAnywhere() throws IOException {
    toml("[ops]\nurl = \"postgres://ops:hunter2@db.example/ops\"\n");
    Configuration configuration =
        read(
            Map.of(
                "DATABASE_URL", "mysql://ops:hunter2@db.example/venue",
                "DATABASE_DIRECT_URL", "postgres://ops:hunter2@db.example/venue",
                "RPC_URL", "https://a.example/hunter2,ftp://hunter2",
                "RPC_WS_URL", "wss://a.example/hunter2",
                "SUPABASE_URL", "https://abcd.supabase.co",
                "SUPABASE_KEY", "hunter2"));
    assertThat(configuration.toString()).doesNotContain("hunter2").contains("‹hidden›");
    assertThat(configuration.problems())
        .extracting(Problem::sentence)
        .allSatisfy(sentence -> assertThat(sentence).doesNotContain("hunter2"))
        .hasSize(2);
  }

  @Test
  void moreProvidersThanAreAskedAtOnceAreRefusedWithTheLimit() {
    String sixteen = String.join(",", Collections.nCopies(16, "https://a.example/KEY"));
    assertThat(read(Map.of("RPC_URL", sixteen)).problems()).isEmpty();
    assertThat(read(Map.of("RPC_URL", sixteen + ",https://b.example/KEY")).problems())
        .extracting(Problem::sentence)
        .singleElement()
        .asString()
        .contains("chain.rpc-url", "at most 16, and there are 17")
        .doesNotContain("KEY");
  }

  @Test
  void whereAProcessTellsOfItselfIsReadAndATokenNeverGoesInTheClear() {
    TelemetrySection telemetry =
        read(Map.of(
                "SENTRY_DSN", "https://0123abcd@o1.ingest.example/4507",
                "LOGTAIL_SOURCE_TOKEN", "t0ken",
                "LOGTAIL_INGESTING_HOST", "s1.eu.example",
                "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"))
            .settings()
            .telemetry();
    assertThat(telemetry.sentryDsn().map(Endpoint::place)).contains("o1.ingest.example");
    assertThat(telemetry.logtail().url().reveal()).isEqualTo("https://s1.eu.example");
    assertThat(telemetry.otlp().protocol()).isEqualTo("grpc");
    assertThat(read(Map.of()).settings().telemetry().sentryDsn()).isEmpty();
    for (Map<String, String> wrong :
        List.of(
            Map.of("SENTRY_DSN", "https://o1.ingest.example/4507"),
            Map.of("SENTRY_DSN", "https://hunter2@o1.ingest.example/"),
            Map.of("LOGTAIL_INGESTING_HOST", "http://s1.eu.example"),
            Map.of("LOGTAIL_INGESTING_HOST", "not a host"))) {
      assertThat(read(wrong).problems())
          .as(wrong.toString())
          .singleElement()
          .satisfies(problem -> assertThat(problem.sentence()).doesNotContain("hunter2"));
    }
  }

  @Test
  void theDocumentationListsExactlyTheseKeys() throws IOException {
    if (System.getenv("METAOPS_WRITE_DOCS") != null) {
      Path page = Path.of("docs/config.md");
      String text = Files.readString(page);
      Files.writeString(page, text.substring(0, text.indexOf("\n## [")) + documentation());
    }
    assertThat(Path.of("docs/config.md")).content().contains(documentation());
  }

  private static String documentation() {
    StringBuilder text = new StringBuilder();
    String section = "";
    for (Key key : Settings.KEYS) {
      if (!section.equals(key.section())) {
        section = key.section();
        text.append("\n## [").append(section).append("]\n\n");
        text.append("| key | variable | default | value | meaning |\n|---|---|---|---|---|\n");
      }
      text.append("| `")
          .append(key.name())
          .append("`")
          .append(key.isSecret() ? " (secret)" : "")
          .append(" | ")
          .append(key.variable().map(name -> "`" + name + "`").orElse(""))
          .append(" | ")
          .append(key.standard().isEmpty() ? "" : "`" + key.standard() + "`")
          .append(" | ")
          .append(key.expectation())
          .append(" | ")
          .append(key.meaning())
          .append(" |\n");
    }
    return text.toString();
  }

  private static String origin(Configuration configuration, String path) {
    return configuration.values().stream()
        .filter(value -> value.key().path().equals(path))
        .findFirst()
        .orElseThrow()
        .origin()
        .text();
  }

  private void toml(String text) throws IOException {
    Files.writeString(directory.resolve("metaops.toml"), text);
  }

  private Configuration read(Map<String, String> environment) {
    return Configuration.read(
        new Where(
            environment,
            Optional.empty(),
            Optional.empty(),
            Where.UsualFile.LOOKED_FOR,
            directory,
            directory.resolve("home")));
  }
}
