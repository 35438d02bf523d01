package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.RecordStore;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.orders.Match;
import dev.metaops.orders.OrdersStore;
import dev.metaops.store.Migrations;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Once the schema is there, a login that is only member of metaops_service is enough. */
class LeastPrivilegeTest {
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue superuser = new TestVenue(chain);
  private final TestVenue service = superuser.as("follower");

  @BeforeEach
  void join() {
    superuser.execute("GRANT metaops_service TO follower");
  }

  @Test
  void itFollowsAndReadsAndIntervenesThroughTheFunctions() throws SQLException {
    Terms terms = superuser.order("o-1");
    try (HandDriven follower = HandDriven.of(service)) {
      superuser.registry().create(terms);
      follower.catchUp();
      chain.finalizeBlock(superuser.registry().release(RegistryContract.key(terms)).block());
      follower.catchUp();
      follower.ledger().report(follower.lease(), Optional.empty(), Optional.of("a trouble"));
      assertThat(superuser.state("o-1")).isEqualTo("SETTLED");
      assertThat(follower.ledger().guard()).isEqualTo("enforce");
      assertThat(follower.ledger().oldestOpenOrder()).isEmpty();
    }
    try (Connection connection = service.orders().connect(TestPostgres.minute())) {
      OrdersStore orders = new OrdersStore(connection);
      Instant now = orders.now();
      assertThat(orders.find("o-1")).isInstanceOf(Match.One.class);
      assertThat(orders.stuck(now, Optional.empty(), 10)).isEmpty();
      assertThat(orders.contradicted(10)).isEmpty();
      assertThat(orders.openBefore(now)).isEmpty();
      assertThat(orders.endedSince(Instant.EPOCH)).hasSize(1);
      assertThat(orders.neverFunded(now)).isZero();
      assertThat(orders.byKey(RegistryContract.key(terms))).isPresent();
      assertThat(orders.events(RegistryContract.key(terms))).hasSize(2);
      assertThat(orders.updatesSince(Instant.EPOCH, 10)).hasSize(3);
      assertThat(orders.updatesOf("o-1")).hasSize(3);
      assertThat(new LedgerStore(connection).stream()).isPresent();
      new RecordStore(connection).sealStep();
      assertThat(new RecordStore(connection).database()).isPresent();
    }
    assertThat(
            service.answer("SELECT metaops_api.record_refusal('o-1', 'kim', '{\"why\": \"x\"}')"))
        .isEqualTo("done");
    assertThat(service.answer("SELECT metaops_api.claim_edits('x', now(), 'kim', 'x')"))
        .isEqualTo("done");
    assertThat(service.answer("SELECT metaops_api.freeze('f', 'kim', 'x', now())"))
        .isEqualTo("done");
    assertThat(service.answer("SELECT metaops_api.unfreeze('u', 'kim', 'x', now())"))
        .isEqualTo("done");
    assertThat(service.answer("SELECT metaops_api.apply_plan('{\"id\": \"p\"}', '\\x00')"))
        .startsWith("MO007");
  }

  @Test
  void andItMayNothingBeside() {
    superuser.order("o-1");
    for (String sql :
        new String[] {
          "UPDATE public.orders SET state = 'SETTLED'",
          "UPDATE public.orders SET notes = 'x'",
          "DELETE FROM public.orders",
          "TRUNCATE public.orders",
          "UPDATE metaops.order_status SET folded_state = 'SETTLED'",
          "INSERT INTO metaops.unmatched SELECT '\\x00', 1, 1",
          "DELETE FROM metaops.event",
          "UPDATE metaops.stream SET lease_epoch = 1",
          "UPDATE metaops.setting SET value = 'absent'",
          "DELETE FROM metaops.record",
          "SELECT metaops.append_record('edit', 'o-1', 'x', '{}')",
          "SELECT metaops.refold('{}', 'plan', 'x')",
          "SET ROLE metaops_owner"
        }) {
      assertThat(service.answer(sql)).as(sql).startsWith("42501");
    }
  }

  @Test
  void whatRunsAsItsOwnerOrByATriggerFindsNoNameOfTheCallersOwn() {
    String open =
        "SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            + " WHERE n.nspname IN ('metaops', 'metaops_api', 'metaops_ops')"
            + " AND (p.prosecdef OR p.prorettype = 'trigger'::regtype)";
    String unsafe =
        open + " AND (p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp']) IS NOT TRUE";
    for (String location : new String[] {"db/orders", "db/ops"}) {
      TestVenue installed =
          new TestVenue(chain, superuser.registry(), TestPostgres.freshDatabase(location));
      assertThat(installed.all(open)).as(location).hasSizeGreaterThan(5);
      assertThat(installed.all(unsafe)).as(location).isEmpty();
    }
  }

  /** Names of {@code pg_temp} come first where a {@code search_path} does not say otherwise. */
  @Test
  void whoPutsATypeOfTheirOwnInTheWayRunsNothingAsTheOwner() throws SQLException {
    superuser.order("o-1");
    superuser.execute("GRANT SELECT, UPDATE ON public.orders TO follower");
    var ran = new ArrayList<String>();
    for (String type : new String[] {"text", "jsonb", "bytea", "timestamptz"}) {
      try (Connection session = service.orders().connect(TestPostgres.minute());
          Statement statement = session.createStatement()) {
        statement.execute(shadow(type));
        for (String sql :
            new String[] {
              "UPDATE public.orders SET notes = 'for " + type + "'",
              "UPDATE public.orders SET state = 'SETTLED'",
              "SELECT metaops_api.claim_edits('follower', '-infinity', 'kim', 'x')",
              "SELECT metaops_api.record_journalled('[{\"id\": \""
                  + type
                  + "\", \"kind\": \"x\", \"actor\": \"x\", \"at\": \"x\"}]')",
              "SELECT metaops_api.seal_records()",
              "SELECT metaops_api.apply_plan('{\"id\": \"p\"}', sha256('{\"id\": \"p\"}'))"
            }) {
          said(statement, sql).forEach(word -> ran.add(type + ", " + sql + ": " + word));
        }
      }
    }
    assertThat(ran).isEmpty();
  }

  private static String shadow(String type) {
    return ("CREATE FUNCTION pg_temp.f(pg_catalog.TYPE) RETURNS pg_catalog.bool LANGUAGE plpgsql"
            + " AS 'BEGIN RAISE WARNING ''ran as %'', current_user; RETURN true; END';"
            + "CREATE DOMAIN pg_temp.TYPE AS pg_catalog.TYPE CHECK (pg_temp.f(VALUE));"
            + "GRANT EXECUTE ON FUNCTION pg_temp.f(pg_catalog.TYPE) TO PUBLIC")
        .replace("TYPE", type);
  }

  /** What the function in the way said, whatever came of the statement. */
  private static List<String> said(Statement statement, String sql) throws SQLException {
    statement.clearWarnings();
    try {
      statement.execute(sql);
    } catch (SQLException refused) {
      assertThat(refused.getSQLState()).as(refused.getMessage()).startsWith("MO");
    }
    var said = new ArrayList<String>();
    for (SQLWarning warning = statement.getWarnings();
        warning != null;
        warning = warning.getNextWarning()) {
      said.add(String.valueOf(warning.getMessage()));
    }
    return said;
  }

  @Test
  void aSchemaThatIsCurrentNeedsNoRightToInstall() throws SQLException {
    TestVenue fresh = new TestVenue(chain, superuser.registry(), TestPostgres.emptyDatabase());
    assertThat(Migrations.applyIfChanged(fresh.orders(), "db/orders", TestPostgres.minute()))
        .isPositive();
    TestVenue member = fresh.as("follower");
    assertThat(Migrations.applyIfChanged(member.orders(), "db/orders", TestPostgres.minute()))
        .isZero();
    assertThat(Migrations.applyIfChanged(fresh.orders(), "db/orders", TestPostgres.minute()))
        .isZero();
  }

  @Test
  void theDatabasesOwnerInstallsItWithoutBeingSuperuser() throws SQLException {
    TestVenue fresh = new TestVenue(chain, superuser.registry(), TestPostgres.emptyDatabase());
    TestVenue installer = fresh.as("installer");
    // Roles are the cluster's: another database of it may have made them before.
    fresh.execute("GRANT metaops_owner TO installer");
    fresh.execute("ALTER DATABASE " + fresh.orders().url().database() + " OWNER TO installer");
    Migrations.applyIfChanged(installer.orders(), "db/orders", TestPostgres.minute());
    Terms terms = installer.order("o-1");
    TestVenue follower = fresh.as("follower");
    try (HandDriven hand = HandDriven.of(follower)) {
      superuser.registry().create(terms);
      hand.catchUp();
      assertThat(fresh.state("o-1")).isEqualTo("PENDING");
    }
    fresh.execute("UPDATE metaops.schema_history SET checksum = 0 WHERE version IS NULL");
    assertThat(Migrations.apply(installer.orders(), "db/orders", TestPostgres.minute()))
        .isGreaterThanOrEqualTo(6);
    assertThat(installer.answer("UPDATE metaops.setting SET value = 'record'")).isEqualTo("done");
    assertThat(installer.answer("UPDATE public.orders SET notes = 'x'")).isEqualTo("done");
  }
}
