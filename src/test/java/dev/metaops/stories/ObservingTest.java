package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.command.ExitCode;
import dev.metaops.config.Secret;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.testing.ObservedVenue;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgrest;
import dev.metaops.testing.TestRegistry;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A venue with a table and a listener of its own, joined from outside: read, judged, untouched. */
class ObservingTest {
  @TempDir Path directory;
  @AutoClose private final ObservedVenue venue = new ObservedVenue();
  private final TestRegistry registry = venue.registry();
  private final Database database = venue.database();

  @Test
  void whatTheirListenerMissedIsSeenThroughEitherDoorAndNothingIsTouched() throws Exception {
    Hash released = venue.placed("ord_1", "PENDING", "3 hours");
    venue.placed("ord_2", "PENDING", "5 hours");
    registry.release(released);
    venue.row("ord_3", "CREATED", "30 hours");
    venue.row("ord_4", "ON_HOLD", "3 hours");
    venue.finalizeHead();
    String before = venue.installed() + venue.rows();
    try (TestPostgrest rest = TestPostgrest.start(database)) {
      for (Operator operator :
          List.of(operator(sql()), operator(rest(rest, TestPostgrest.key("service_role"))))) {
        Said stuck = operator.types("order check-stuck 2 -o json");
        assertThat(stuck.exit()).as(stuck.all()).isEqualTo(ExitCode.CRITICAL);
        assertThat(verdicts(stuck))
            .containsOnly(
                Map.entry("ord_1", "ROW_BEHIND"),
                Map.entry("ord_2", "WAITING"),
                Map.entry("ord_3", "NEVER_FUNDED"),
                Map.entry("ord_4", "UNKNOWN"));
        assertThat(operator.types("order show ord_1").out())
            .startsWith("ord_1: the chain released it, the row still says PENDING");
        assertThat(operator.types("order show ord_4").out()).contains("ON_HOLD is UNMAPPED");
        assertThat(operator.types("order states").out()).contains("ON_HOLD UNMAPPED");
        assertThat(operator.types("order verify ord_2").exit()).isEqualTo(ExitCode.FINE);
        assertThat(operator.types("status").out())
            .startsWith("Observing: 1 order behind the chain, 1 ETH");
        assertThat(operator.types("check-recent-events --contract=escrow --hours=1").out())
            .contains("2 matched")
            .contains("1 row behind");
        Said fix = operator.types("order fix ord_1 SETTLED why --execute");
        assertThat(fix.exit()).as(fix.all()).isEqualTo(ExitCode.REFUSED);
        Said updates = operator.types("db updates --minutes 600");
        assertThat(updates.exit()).isEqualTo(ExitCode.FINE);
        assertThat(updates.out())
            .contains("3 last changes of orders within 10 h, by whom is not told")
            .contains("a row tells when it changed last", "nor who did it")
            .doesNotContain("0 by the listener");
        assertThat(operator.types("health quick").all()).contains("database");
        assertThat(operator.types("order report").all()).contains("ord_2");
      }
    }
    assertThat(venue.installed() + venue.rows()).isEqualTo(before);
  }

  @Test
  void aKeyThatSeesNoRowsProvesNothing() throws Exception {
    venue.placed("ord_1", "PENDING", "3 hours");
    try (TestPostgrest rest = TestPostgrest.start(database)) {
      Operator anonymous = operator(rest(rest, TestPostgrest.key("anon")));
      for (String line : List.of("order check-stuck 2", "order states", "order report")) {
        Said said = anonymous.types(line);
        assertThat(said.exit()).as(line + said.all()).isEqualTo(ExitCode.COULD_NOT);
        assertThat(said.all()).contains("UNKNOWN").contains("anon").doesNotContain("No order is");
      }
      assertThat(anonymous.types("status").exit()).isNotEqualTo(ExitCode.FINE);
      Said events = anonymous.types("events recent");
      assertThat(events.exit()).as(events.all()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(events.all()).contains("may be there and hidden").doesNotContain("no order has");
      Said expired =
          operator(
                  rest(
                      rest, TestPostgrest.expiredKey("service_role", java.time.Duration.ofDays(3))))
              .types("order check-stuck 2");
      assertThat(expired.exit()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(expired.all()).contains("expired");
    }
  }

  @Test
  void anyTableIsReadOnceItIsSaidWhatIsWhat() throws Exception {
    TestPostgrest.execute(
        database,
        """
        CREATE SCHEMA trading;
        CREATE TYPE trading.phase AS ENUM ('open', 'funded', 'paid', 'void');
        CREATE TABLE trading.deals (
          deal uuid PRIMARY KEY DEFAULT gen_random_uuid(), phase trading.phase NOT NULL,
          payer text, payee text, coins numeric, escrow_ref text, opened timestamp NOT NULL,
          touched timestamp NOT NULL);
        GRANT USAGE ON SCHEMA trading TO service_role, authenticated;
        GRANT SELECT ON trading.deals TO service_role, authenticated;\
        """);
    var terms = registry.terms("deal", TestChain.ETHER);
    registry.create(terms);
    Hash key = registry.keyOf(terms);
    registry.release(key);
    venue.finalizeHead();
    TestPostgrest.execute(
        database,
        "INSERT INTO trading.deals (phase, payer, payee, coins, escrow_ref, opened, touched) VALUES"
            + " ('funded', '"
            + terms.buyer().text().toUpperCase(java.util.Locale.ROOT).replace("0X", "0x")
            + "', '"
            + terms.seller()
            + "', 1.0, '"
            + key.text().substring(2)
            + "', now() AT TIME ZONE 'UTC' - interval '9 hours',"
            + " now() AT TIME ZONE 'UTC' - interval '3 hours')");
    String toml =
        """
        [orders]
        table = "trading.deals"
        states = ["open=CREATED", "funded=PENDING", "paid=SETTLED", "void=CANCELLED"]
        amount-decimals = 18
        token = "0x0000000000000000000000000000000000000000"
        [orders.columns]
        id = "deal"
        state = "phase"
        buyer = "payer"
        seller = "payee"
        amount = "coins"
        escrow-key = "escrow_ref"
        created-at = "opened"
        updated-at = "touched"
        """;
    try (TestPostgrest rest = TestPostgrest.start(database, "public", "trading")) {
      Said undescribed =
          operator(rest(rest, TestPostgrest.key("authenticated")))
              .configured(toml)
              .types("order check-stuck 2");
      assertThat(undescribed.all())
          .as("without a description the words of the enumeration are not known")
          .contains("UNKNOWN")
          .contains("enum")
          .doesNotContain("No order is stuck");
      assertThat(undescribed.exit()).isEqualTo(ExitCode.COULD_NOT);
      for (Operator operator :
          List.of(operator(sql()), operator(rest(rest, TestPostgrest.key("service_role"))))) {
        Said stuck = operator.configured(toml).types("order check-stuck 2 -o json");
        assertThat(stuck.exit()).as(stuck.all()).isEqualTo(ExitCode.CRITICAL);
        assertThat(stuck.json().path("orders").path(0).path("verdict").asString())
            .isEqualTo("ROW_BEHIND");
        assertThat(operator.types("order states").out()).contains("funded = PENDING");
        assertThat(operator.types("events recent").out())
            .contains("1 row behind")
            .doesNotContain("no state metaops knows");
        Said wrong = operator.configured(toml.replace("coins", "coin")).types("order states");
        assertThat(wrong.exit()).isEqualTo(ExitCode.COULD_NOT);
        assertThat(wrong.all()).contains("no column coin").contains("orders.columns.amount");
      }
    }
  }

  @Test
  void aRowThatCannotBeReadIsUnknownAndSpoilsNoOther() throws Exception {
    venue.placed("ord_1", "PENDING", "3 hours");
    venue.row("ord_2", "PENDING", "3 hours");
    TestPostgrest.execute(
        database, "UPDATE public.orders SET buyer = 'somebody', amount = 1.5 WHERE id = 'ord_2'");
    Said stuck = operator(sql()).types("order check-stuck 2 -o json");
    assertThat(verdicts(stuck))
        .containsOnly(Map.entry("ord_1", "WAITING"), Map.entry("ord_2", "UNKNOWN"));
    assertThat(operator(sql()).types("order show ord_2").out())
        .contains("buyer: somebody (expected: 0x and 40 hex digits)")
        .contains("orders.amount-decimals");
  }

  @Test
  void eventsFindTheirRowsWithAndWithoutAKeyOfTheirOwn() throws Exception {
    TestPostgrest.execute(database, "ALTER TABLE public.orders ADD escrow_key text");
    Hash own = venue.placed("ord_1", "SETTLED", "3 hours");
    venue.placed("ord_2", "PENDING", "3 hours");
    TestPostgrest.execute(
        database, "UPDATE public.orders SET escrow_key = '" + own + "' WHERE id = 'ord_1'");
    Said events = operator(sql()).types("events recent -o json");
    assertThat(events.json().path("totals").path("MATCHED").asInt()).isEqualTo(1);
    assertThat(events.json().path("totals").path("ROW_FALSE").asInt()).isEqualTo(1);
    assertThat(events.json().path("totals").has("NO_ROW")).isFalse();
    registry.release(own);
    assertThat(operator(sql()).types("events recent").out()).doesNotContain("row false");
  }

  @Test
  void whereEachOrderHasAContractOfItsOwnTheRowsSayWhichToRead() throws Exception {
    var trade = venue.chain().deployTradeFactory().create("t-1");
    trade.deposit();
    trade.confirm();
    venue.finalizeHead();
    TestPostgrest.execute(
        database,
        "CREATE TABLE public.trades (id text PRIMARY KEY, state text, buyer text, seller text,"
            + " token text, amount numeric, escrow_contract text, created_at timestamptz DEFAULT"
            + " now()); INSERT INTO public.trades VALUES ('t-1', 'DEPOSITED', '"
            + trade.terms().depositor()
            + "', '"
            + trade.terms().counterparty()
            + "', '0x0000000000000000000000000000000000000000', "
            + trade.terms().amount()
            + ", '"
            + trade.address()
            + "')");
    Said events =
        operator(sql())
            .configured(
                """
                [orders]
                table = "trades"
                [escrow]
                profile = "trade-instance"
                """)
            .types("events recent");
    assertThat(events.out()).as(events.all()).contains("t-1").contains("1 row behind");
    assertThat(events.exit()).isEqualTo(ExitCode.WARNING);
  }

  @Test
  void anEmptyTableIsAWarningAndAMissingOneIsSaid() throws Exception {
    Said empty = operator(sql()).types("order check-stuck 2");
    assertThat(empty.exit()).as(empty.all()).isEqualTo(ExitCode.WARNING);
    assertThat(empty.all()).contains("no row");
    TestPostgrest.execute(database, "DROP TABLE public.orders");
    Said missing = operator(sql()).types("order check-stuck 2");
    assertThat(missing.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(missing.all()).contains("no table public.orders");
  }

  private Operator operator(Map<String, String> door) {
    var environment = new HashMap<>(venue.surroundings());
    environment.putAll(door);
    return new Operator(directory, environment);
  }

  private Map<String, String> sql() {
    return venue.sql();
  }

  private static Map<String, String> rest(TestPostgrest rest, Secret key) {
    return ObservedVenue.door(rest, key);
  }

  private static Map<String, String> verdicts(Said stuck) {
    var verdicts = new java.util.TreeMap<String, String>();
    stuck
        .json()
        .path("orders")
        .forEach(order ->
            verdicts.put(order.path("order").asString(), order.path("verdict").asString()));
    return verdicts;
  }
}
