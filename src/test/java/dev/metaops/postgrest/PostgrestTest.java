package dev.metaops.postgrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.metaops.config.Secret;
import dev.metaops.postgrest.Filter.Comparison;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.Tunnel;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Reading through a real PostgREST, and what it says when it cannot. */
@SuppressWarnings("NullAway.Init")
class PostgrestTest {
  private static final int ORDERS = 2500;
  private static final Secret SERVICE = TestPostgrest.key("service_role");
  private static final Secret ANON = TestPostgrest.key("anon");
  private static final Keyset BY_TIME =
      Keyset.of(Order.ascending("created_at"), Order.ascending("id"));
  private static Database database;
  private static TestPostgrest server;

  @BeforeAll
  static void start() {
    database = TestPostgres.emptyDatabase();
    TestPostgrest.createRoles(database);
    TestPostgrest.execute(
        database,
        """
        CREATE TYPE order_state AS ENUM ('PENDING', 'SETTLED');
        CREATE TABLE orders (id text PRIMARY KEY, state order_state NOT NULL DEFAULT 'PENDING',
          amount numeric(78, 0) NOT NULL DEFAULT 0, note varchar(40), created_at timestamptz);
        INSERT INTO orders SELECT 'o' || n, 'PENDING', 2::numeric ^ 200 + n, NULL,
            CASE WHEN n % 25 > 0 THEN timestamptz '2026-11-01 00:00:00.123456Z' + (n / 700) * interval '1 s' END
          FROM generate_series(1, 2500) n;
        ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
        CREATE TABLE hostile (id int PRIMARY KEY, word text);
        CREATE TABLE empty (id int PRIMARY KEY);
        CREATE TABLE private (id int PRIMARY KEY);
        CREATE TABLE odd ("order" int PRIMARY KEY, "a ""b"", (c)" text, "select" text);
        INSERT INTO odd VALUES (1, 'x', 'y');
        CREATE VIEW slow AS SELECT pg_sleep(5)::text AS id;
        CREATE FUNCTION write() RETURNS int LANGUAGE sql VOLATILE
          AS 'INSERT INTO private VALUES (1) RETURNING id';
        CREATE VIEW writing AS SELECT write() AS id;
        DO $$ BEGIN
          IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hasty') THEN
            CREATE ROLE hasty NOLOGIN;
            ALTER ROLE hasty SET statement_timeout = '100ms';
            GRANT hasty TO authenticator;
          END IF;
        END $$;
        GRANT SELECT ON orders, hostile, empty, odd, slow TO anon, hasty;
        GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
        CREATE SCHEMA venue;
        CREATE TABLE venue.trades (id int PRIMARY KEY);
        INSERT INTO venue.trades VALUES (7);
        GRANT USAGE ON SCHEMA venue TO service_role;
        GRANT SELECT ON venue.trades TO service_role\
        """);
    server = TestPostgrest.start(database, "public", "venue");
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  // ---------------------------------------------------------------------------------------- paging

  @Test
  void theServersRowCapCutsWithoutAWord() {
    Rows rows = door(SERVICE).select(Select.from("orders"), soon());
    assertThat(rows.rows()).hasSize(TestPostgrest.ROW_CAP);
    assertThat(rows.extent().total()).isEmpty();
    assertThat(door(SERVICE).count(Select.from("orders"), soon())).isEqualTo(ORDERS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pagingLosesAndDoublesNoRowThoughHundredsShareATime(boolean isAscending) {
    Keyset keyset =
        isAscending ? BY_TIME : Keyset.of(Order.descending("created_at"), Order.descending("id"));
    Paged paged =
        door(SERVICE).page(Select.from("orders").columns("amount"), keyset, 10_000, soon());
    assertThat(paged.end()).isEqualTo(new Paged.End.Complete());
    assertThat(ids(paged.rows())).hasSize(ORDERS).doesNotHaveDuplicates();
    assertThat(paged.rows().subList(ORDERS - 100, ORDERS))
        .as("rows without a time come last")
        .allMatch(row -> row.get("created_at").isNull());
    assertThat(paged.rows())
        .allMatch(row ->
            row.get("amount")
                .bigIntegerValue()
                .subtract(BigInteger.TWO.pow(200))
                .equals(new BigInteger(row.get("id").stringValue().substring(1))));
  }

  @Test
  void pagingStopsAtMostAndSaysSo() {
    Paged cut = door(SERVICE).page(Select.from("orders"), BY_TIME, 1500, soon());
    assertThat(cut.rows()).hasSize(1500);
    assertThat(cut.end()).isEqualTo(new Paged.End.Cut());
    Paged exact = door(SERVICE).page(Select.from("orders"), BY_TIME, ORDERS, soon());
    assertThat(exact.end()).isEqualTo(new Paged.End.Complete());
    Paged some =
        door(SERVICE)
            .page(
                Select.from("orders")
                    .where(new Filter.OneOf("id", List.of("o3", "o4", "nope")))
                    .where(Filter.eq("state", "PENDING")),
                BY_TIME,
                10,
                soon());
    assertThat(ids(some.rows())).containsExactly("o3", "o4");
  }

  // --------------------------------------------------------------------------------------- filters

  static Stream<String> hostile() {
    return Stream.of(
        "",
        " ",
        ",",
        ")",
        "(",
        "),id.gt.0",
        "\"",
        "\\",
        "\\\"",
        "\"),or(id.gt.0",
        "a,b",
        "%",
        "_",
        "*",
        "a*b%c_d\\e",
        "null",
        "eq.1",
        "&limit=0",
        "#",
        "+",
        "a b",
        "%2C",
        "é ø 漢 🦊",
        "'; DROP",
        "line\nbreak\ttab",
        "{1,2}",
        "[0]",
        "?",
        "=",
        "/../",
        "…",
        ".",
        "^a$",
        "true");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void aValueNeverBreaksOutOfItsFilter(String value) {
    List<String> all = hostile().toList();
    var hostile = new StringBuilder("DELETE FROM hostile; INSERT INTO hostile VALUES ");
    hostile.append(
        String.join(
            ",",
            IntStream.range(0, all.size())
                .mapToObj(at -> "(" + at + ", '" + all.get(at).replace("'", "''") + "')")
                .toList()));
    TestPostgrest.execute(database, hostile.toString());
    Select from = Select.from("hostile");
    assertThat(words(from.where(Filter.eq("word", value)))).containsExactly(value);
    assertThat(words(from.where(new Filter.OneOf("word", List.of(value, "not there")))))
        .containsExactly(value);
    assertThat(words(from.where(new Filter.NoneOf("word", List.of(value)))))
        .hasSize(all.size() - 1)
        .doesNotContain(value);
    assertThat(
            words(
                from.where(
                    new Filter.AnyOf(
                        List.of(
                            Filter.eq("word", value),
                            new Filter.Compare("id", Comparison.LT, "0"))))))
        .containsExactly(value);
    assertThat(words(from.where(new Filter.StartsWith("word", value))))
        .containsExactlyInAnyOrderElementsOf(
            all.stream().filter(word -> word.startsWith(value)).toList());
  }

  @Test
  void columnsMayHaveAnyName() {
    String odd = "a \"b\", (c)";
    List<JsonNode> rows =
        door(SERVICE)
            .select(
                Select.from("odd")
                    .columns(odd, "select", "order")
                    .where(Filter.eq("order", "1"))
                    .where(Filter.eq("select", "y"))
                    .where(Filter.eq(odd, "x"))
                    .orderBy(List.of(Order.descending("order"), Order.ascending(odd))),
                soon())
            .rows();
    assertThat(rows).hasSize(1);
    assertThat(rows.getFirst().get(odd).stringValue()).isEqualTo("x");
  }

  @Test
  void noneAndNothingAreFilters() {
    Postgrest door = door(SERVICE);
    Select orders = Select.from("orders");
    assertThat(door.count(orders.where(new Filter.OneOf("id", List.of())), soon())).isZero();
    assertThat(door.count(orders.where(new Filter.NoneOf("id", List.of())), soon()))
        .isEqualTo(ORDERS);
    assertThat(door.count(orders.where(new Filter.IsNull("created_at")), soon())).isEqualTo(100);
    assertThat(door.count(orders.where(new Filter.IsNotNull("created_at")), soon()))
        .isEqualTo(2400);
    assertThat(
            door.count(
                orders.where(
                    new Filter.Compare("created_at", Comparison.GTE, "2026-11-01T00:00:01+00:00")),
                soon()))
        .isEqualTo(1728);
  }

  @Test
  void aValueThatFitsNoColumnIsRefusedByName() {
    assertThat(failure(SERVICE, Select.from("orders").where(Filter.eq("state", "LOST"))))
        .isInstanceOfSatisfying(
            PostgrestFailure.QuestionRefused.class,
            refused -> assertThat(refused.why()).contains("LOST"));
    assertThat(failure(SERVICE, Select.from("hostile").where(new Filter.StartsWith("id", "1"))))
        .isInstanceOf(PostgrestFailure.QuestionRefused.class);
    assertThat(failure(SERVICE, Select.from("orders").where(Filter.eq("id", "\0"))))
        .isInstanceOf(PostgrestFailure.QuestionRefused.class);
    assertThat(failure(SERVICE, Select.from("orders").where(Filter.eq("id", "x".repeat(9000)))))
        .isInstanceOf(PostgrestFailure.QuestionRefused.class);
  }

  // ------------------------------------------------------------------------------------------ keys

  @Test
  void rowLevelSecurityHidesRowsWithoutAnErrorAndTheKeySaysWhatThatProves() {
    assertThat(door(ANON).select(Select.from("orders"), soon()).rows()).isEmpty();
    assertThat(door(ANON).count(Select.from("orders"), soon())).isZero();
    assertThat(door(ANON).visibility()).isInstanceOf(Visibility.CannotTell.class);
    assertThat(door(SERVICE).select(Select.from("empty"), soon()).rows()).isEmpty();
    assertThat(door(SERVICE).visibility()).isInstanceOf(Visibility.SeesAll.class);
  }

  @Test
  void keysThatDoNotOpenAreToldApart() {
    Select orders = Select.from("orders");
    assertThat(failure(TestPostgrest.expiredKey("service_role", Duration.ofHours(3)), orders))
        .isInstanceOfSatisfying(
            PostgrestFailure.KeyExpired.class,
            expired ->
                assertThat(expired.ago().orElseThrow())
                    .isBetween(Duration.ofHours(3), Duration.ofHours(4)));
    assertThat(failure(TestPostgrest.forgedKey("service_role"), orders))
        .isInstanceOf(PostgrestFailure.KeyRefused.class);
    assertThat(failure(TestPostgrest.key("nobody_at_all"), orders))
        .isInstanceOf(PostgrestFailure.KeyRefused.class);
    assertThat(failure(new Secret("not-a-token"), orders))
        .isInstanceOf(PostgrestFailure.KeyRefused.class);
    assertThat(failure(ANON, Select.from("private")))
        .isInstanceOfSatisfying(
            PostgrestFailure.Forbidden.class,
            forbidden -> assertThat(forbidden.role()).isEqualTo("role anon"));
  }

  @Test
  void opaqueKeysGoThroughTheGatewayAndNoneIsEverShown() {
    for (Secret key : List.of(TestPostgrest.ELEVATED, SERVICE)) {
      Postgrest door = door(server.supabase(), key);
      assertThat(door.count(Select.from("orders"), soon())).isEqualTo(ORDERS);
      assertThat(door.key() + " " + door.place() + door.visibility().why())
          .doesNotContain(key.reveal());
    }
    assertThat(
            door(server.supabase(), TestPostgrest.PUBLISHABLE)
                .select(Select.from("orders"), soon())
                .rows())
        .isEmpty();
  }

  // ----------------------------------------------------------------------------------------- place

  @Test
  void theRootIsFoundBareOrBehindThePrefix() {
    for (URI url :
        List.of(
            server.bare(),
            server.supabase(),
            URI.create(server.supabase() + "/"),
            URI.create(server.supabase() + "/rest/v1"),
            URI.create(server.supabase() + "/rest/v1/"))) {
      assertThat(door(url, SERVICE).select(Select.from("orders").limit(1), soon()).rows())
          .as(url.toString())
          .hasSize(1);
      assertThat(door(url, ANON).select(Select.from("empty"), soon()).rows()).isEmpty();
    }
  }

  @Test
  void anotherSchemaIsAskedForByName() {
    Postgrest venue = door(server.bare(), "venue", SERVICE);
    assertThat(venue.select(Select.from("trades"), soon()).rows().getFirst().get("id").intValue())
        .isEqualTo(7);
    assertThat(venue.tables(soon()).keySet()).containsExactly("trades");
    assertThat(
            failure(() -> door(server.bare(), "hidden", SERVICE).select(Select.from("x"), soon())))
        .isInstanceOfSatisfying(
            PostgrestFailure.SchemaNotExposed.class,
            hidden -> assertThat(hidden.why()).contains("public, venue"));
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThat(failure(SERVICE, Select.from("order")))
        .isInstanceOfSatisfying(
            PostgrestFailure.NoSuchTable.class,
            missing -> assertThat(missing.table()).isEqualTo("order"));
    assertThat(failure(SERVICE, Select.from("orders").columns("status")))
        .isInstanceOfSatisfying(
            PostgrestFailure.NoSuchColumn.class,
            missing -> assertThat(missing.why()).contains("orders.status"));
    assertThat(failure(SERVICE, Select.from("orders").where(Filter.eq("status", "x"))))
        .isInstanceOf(PostgrestFailure.NoSuchColumn.class);
  }

  // ----------------------------------------------------------------------------------- description

  @Test
  void theDescriptionNamesColumnsTypesEnumsAndThePrimaryKey() {
    for (URI url : List.of(server.bare(), server.supabase())) {
      Postgrest door = door(url, SERVICE);
      assertThat(door.tables(soon())).containsKeys("orders", "hostile", "slow");
      assertThat(door.columns("orders", soon()))
          .isEqualTo(
              new TableShape.Described(
                  List.of(
                      column("id", "text", Column.Presence.NOT_NULL, Column.Role.PRIMARY_KEY),
                      new Column(
                          "state",
                          "public.order_state",
                          Column.Presence.NOT_NULL,
                          Column.Role.PLAIN,
                          OptionalInt.empty(),
                          List.of("PENDING", "SETTLED")),
                      column("amount", "numeric", Column.Presence.NOT_NULL, Column.Role.PLAIN),
                      new Column(
                          "note",
                          "character varying",
                          Column.Presence.MAY_BE_ABSENT,
                          Column.Role.PLAIN,
                          OptionalInt.of(40),
                          List.of()),
                      column(
                          "created_at",
                          "timestamp with time zone",
                          Column.Presence.MAY_BE_ABSENT,
                          Column.Role.PLAIN))));
    }
  }

  private static Column column(
      String name, String format, Column.Presence presence, Column.Role role) {
    return new Column(name, format, presence, role, OptionalInt.empty(), List.of());
  }

  @Test
  void whoGetsNoDescriptionLearnsTheColumnsFromARow() {
    Postgrest anonymous = door(server.supabase(), ANON);
    assertThat(anonymous.columns("odd", soon()))
        .isInstanceOfSatisfying(
            TableShape.SeenInARow.class,
            seen -> {
              assertThat(seen.columns()).contains("order", "select").hasSize(3);
              assertThat(seen.why()).isInstanceOf(PostgrestFailure.Forbidden.class);
            });
    assertThat(anonymous.columns("orders", soon())).isInstanceOf(TableShape.Hidden.class);
    assertThat(failure(() -> door(SERVICE).columns("nope", soon())))
        .isInstanceOf(PostgrestFailure.NoSuchTable.class);
  }

  // -------------------------------------------------------------------------------------- database

  @Test
  void aStatementTheDatabaseGivesUpIsNamedAndACountOfItIsNotExact() {
    assertThat(failure(TestPostgrest.key("hasty"), Select.from("slow")))
        .isInstanceOf(PostgrestFailure.StatementTimedOut.class);
    assertThat(failure(() -> door(SERVICE).select(Select.from("slow"), shortly())))
        .isInstanceOf(PostgrestFailure.NoAnswer.class);
  }

  @Test
  void aReadThatWouldWriteFindsItReadOnly() {
    assertThat(failure(SERVICE, Select.from("writing")))
        .isInstanceOf(PostgrestFailure.ReadOnly.class);
  }

  @Test
  void aDatabaseThatGoesAwayIsToldFromAServerThatDoes() throws IOException {
    int port =
        URI.create(database.url().secretText().replaceFirst("^[a-z:]*://", "http://")).getPort();
    Tunnel tunnel = new Tunnel(port);
    TestPostgrest cutOff = TestPostgrest.start(database, tunnel.port(), "public");
    Postgrest door = door(cutOff.bare(), SERVICE);
    assertThat(door.count(Select.from("orders"), soon())).isEqualTo(ORDERS);
    tunnel.close();
    for (String asked : List.of("on the connection that broke", "without one")) {
      assertThat(failure(() -> door.select(Select.from("orders"), soon())))
          .as(asked)
          .isInstanceOf(PostgrestFailure.DatabaseAway.class);
    }
    cutOff.close();
    assertThat(failure(() -> door.select(Select.from("orders"), soon())))
        .isInstanceOf(PostgrestFailure.Unreachable.class);
  }

  @Test
  void theExtentIsWhatContentRangeSays() {
    assertThat(Extent.of("0-999/2500"))
        .isEqualTo(new Extent(OptionalLong.of(999), OptionalLong.of(2500)));
    assertThat(Extent.of("*/0")).isEqualTo(new Extent(OptionalLong.empty(), OptionalLong.of(0)));
    assertThat(Extent.of("nonsense"))
        .isEqualTo(new Extent(OptionalLong.empty(), OptionalLong.empty()));
  }

  private static List<String> ids(List<JsonNode> rows) {
    return rows.stream().map(row -> row.get("id").stringValue()).toList();
  }

  private static List<String> words(Select query) {
    return door(SERVICE).select(query, soon()).rows().stream()
        .map(row -> row.get("word").stringValue())
        .toList();
  }

  private static PostgrestFailure failure(Secret key, Select query) {
    return failure(() -> door(key).select(query, soon()));
  }

  private static PostgrestFailure failure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return Optional.ofNullable(catchThrowableOfType(PostgrestUnavailable.class, call))
        .orElseThrow(() -> new AssertionError("it answered"))
        .failure();
  }

  private static Postgrest door(Secret key) {
    return door(server.bare(), key);
  }

  private static Postgrest door(URI url, Secret key) {
    return door(url, "public", key);
  }

  private static Postgrest door(URI url, String schema, Secret key) {
    return new Postgrest(PostgrestPlace.of(url), schema, key, SystemTicker.SYSTEM);
  }

  private static Deadline soon() {
    return Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
  }

  private static Deadline shortly() {
    return Deadline.in(Duration.ofMillis(500), SystemTicker.SYSTEM);
  }
}
