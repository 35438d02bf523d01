package dev.metaops.serve;

import static dev.metaops.testing.Drawn.json;
import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.audit.Attacker;
import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.Checkpointer;
import dev.metaops.audit.LogHome;
import dev.metaops.audit.RecordStore;
import dev.metaops.command.Answer;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Where;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Findings;
import dev.metaops.order.Witnesses;
import dev.metaops.page.Listing;
import dev.metaops.plan.Approval;
import dev.metaops.plan.Decision;
import dev.metaops.plan.FrozenPlan;
import dev.metaops.plan.KeptPlan;
import dev.metaops.plan.KeptPlanStore;
import dev.metaops.plan.Outcome;
import dev.metaops.plan.PlanClass;
import dev.metaops.plan.PlanEvent;
import dev.metaops.plan.PlanState;
import dev.metaops.plan.SigningKey;
import dev.metaops.records.AuditAnswers;
import dev.metaops.store.Database;
import dev.metaops.store.Migrations;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What people decide in our own store is a log of its own beside that of the orders database:
 * recorded with what it records, found out when it was tampered with, and read together.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class OpsLogTest {
  private static final String REHASH =
      "DO $$ " + Attacker.REHASH.replace("metaops.", "metaops_ops.") + " $$;";
  private static final String TRIGGERS_OFF =
      "SET session_replication_role = replica;"
          + " ALTER TABLE metaops_ops.record DISABLE TRIGGER ALL;"
          + " ALTER TABLE metaops_ops.seal DISABLE TRIGGER ALL;"
          + " ALTER TABLE metaops_ops.approval DISABLE TRIGGER ALL;";

  private final SettableTicker ticker = new SettableTicker(SystemTicker.SYSTEM.now());
  private final SigningKey kim = SigningKey.generate("kim");
  private final SigningKey lee = SigningKey.generate("lee");
  @TempDir private Path directory;
  private Database orders;
  private Database ops;

  /** Six records of our own store under two checkpoints, and one of the orders database. */
  @BeforeEach
  void aPlanAndAnIntervention() throws Exception {
    orders = TestPostgres.withOrdersSchema();
    ops = TestPostgres.freshDatabase("db/ops");
    inOrders("SELECT metaops_api.record_refusal('o-1', 'kim', '{\"asked\": \"SETTLED\"}')");
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      lived(new KeptPlanStore(connection), "P-8K2F", 2);
    }
    checkpoint();
  }

  private void lived(KeptPlanStore plans, String id, int count) throws Exception {
    FrozenPlan plan = plan(id);
    plans.keep(plan, "here");
    plans.sign(id, word(plan, Decision.PROPOSE, kim));
    plans.sign(id, word(plan, Decision.APPROVE, lee));
    plans.move(id, PlanEvent.SUFFICE, "lee", "");
    checkpoint();
    KeptPlan kept = new KeptPlan(plan, "here", PlanState.APPROVED);
    assertThat(plans.begin(kept, 2, "kim", "PEOPLE")).isPresent();
    plans.settle(
        id,
        IntStream.rangeClosed(1, count)
            .mapToObj(n -> new Outcome("o-" + n, Outcome.Kind.APPLIED, ""))
            .toList(),
        "kim");
  }

  private FrozenPlan plan(String id) {
    Instant now = SystemTicker.SYSTEM.now();
    return new FrozenPlan(
        "{\"id\":\"" + id + "\"}",
        id,
        "order fix",
        PlanClass.MONEY,
        "kim",
        Optional.of("listener died"),
        31337,
        now,
        now.plus(Duration.ofHours(1)),
        List.of(),
        Witnesses.TWO_OF_SEVERAL);
  }

  private static Approval word(FrozenPlan plan, Decision decision, SigningKey key) {
    return Approval.signed("here", plan.digest(), decision, key, SystemTicker.SYSTEM.now());
  }

  @Test
  void everyDecisionIsOnTheRecordAndBothLogsAreReadInTheOrderOfTime() throws Exception {
    inOrders("SELECT metaops_api.record_refusal('o-2', 'kim', '{\"asked\": \"SETTLED\"}')");
    Answer list = list();
    assertThat(list.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(list))
        .contains("Interventions on record within 1 d: 9")
        .containsPattern("ops .* step .* kim .*P-8K2F: plan, PLANNED \\(listener died\\)")
        .containsPattern("ops .* word .* lee .*P-8K2F: signed APPROVE")
        .containsPattern("ops .* step .* lee .*P-8K2F: suffice, PLANNED to APPROVED")
        .containsPattern("ops .* step .* kim .*P-8K2F: begin, APPROVED to APPLYING \\(approved\\)")
        .containsPattern("ops .* outcome .*P-8K2F: what came of 2 orders");
    JsonNode records = json(list).path("records");
    assertThat(records.valueStream().map(record -> record.path("log").asString()))
        .as("newest first")
        .containsExactly("orders", "ops", "ops", "ops", "ops", "ops", "ops", "ops", "orders");
    assertThat(text(list(2))).contains("9, the newest 2");
    Answer verify = verify();
    assertThat(verify.exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(verify))
        .contains("The log of the orders database:", "The log of our own store:")
        .contains("is whole: 1 sealed", "is whole: 7 sealed");
  }

  @Test
  void aRecordIsWrittenWithWhatItRecordsOrNotAtAll() throws Exception {
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      connection.setAutoCommit(false);
      new KeptPlanStore(connection).keep(plan("P-0001"), "here");
      connection.rollback();
    }
    assertThat(json(list()).path("total").asInt()).isEqualTo(8);
  }

  @Test
  void tenThousandOutcomesAreRecordsBelow64Kb() throws Exception {
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      lived(new KeptPlanStore(connection), "P-0002", 10_000);
    }
    assertThat(one("SELECT max(length(entry)) < 65536 FROM metaops_ops.record")).isEqualTo("t");
    assertThat(
            one(
                "SELECT sum(jsonb_array_length(entry::jsonb #> '{body,orders}')) FROM"
                    + " metaops_ops.record WHERE kind = 'outcome'"
                    + " AND entry::jsonb #>> '{body,plan}' = 'P-0002'"))
        .isEqualTo("10000");
  }

  @Test
  void howeverLongOrdersAreCalledEachRecordIsBelow64Kb() throws Exception {
    for (String letter : List.of("x", "界", "\"", "\1")) {
      inOps(
          "INSERT INTO metaops_ops.plan_outcome (plan_id, order_id, outcome, why)"
              + " SELECT 'P-8K2F', rpad(n::text, 200, U&'\\"
              + "%04x".formatted((int) letter.charAt(0))
              + "'), 'CHANGED', repeat(U&'\\"
              + "%04x".formatted((int) letter.charAt(0))
              + "', 300) FROM generate_series("
              + 1000 * letter.charAt(0)
              + ", "
              + (1000 * letter.charAt(0) + 399)
              + ") n");
    }
    assertThat(one("SELECT max(octet_length(entry)) < 65536 FROM metaops_ops.record"))
        .isEqualTo("t");
    assertThat(
            one(
                "SELECT sum(jsonb_array_length(entry::jsonb #> '{body,orders}'))"
                    + " FROM metaops_ops.record WHERE kind = 'outcome'"))
        .isEqualTo("1602");
    assertThat(verify().exit()).isEqualTo(ExitCode.FINE);
  }

  @Test
  void whoWritesToTheTableItselfIsOnTheRecord() throws Exception {
    inOps("UPDATE metaops_ops.plan SET state = 'APPROVED' WHERE id = 'P-8K2F'");
    assertThat(verify().exit()).as("it is on the record").isEqualTo(ExitCode.FINE);
    assertThat(text(list()))
        .containsPattern(
            "edit .*P-8K2F in our own store itself: state APPLIED to APPROVED.* metaops-test");
  }

  @Test
  void aFlippedBitIsNamedAndHidesNothingOfTheOtherLog() throws Exception {
    inOps(
        TRIGGERS_OFF
            + "UPDATE metaops_ops.record SET entry = replace(entry, '\"lee\"', '\"eve\"')"
            + " WHERE id = 3");
    Answer answer = verify();
    assertThat(answer.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(answer))
        .contains("The record of interventions is whole: 1 sealed")
        .contains("THE RECORD OF INTERVENTIONS IS NOT AS IT WAS WRITTEN")
        .contains("the first at seal 3 (record 3)");
    assertThat(json(answer).at("/clean").asBoolean()).isFalse();
    assertThat(json(answer).at("/logs/0/verdict").asString()).isEqualTo("CLEAN");
    assertThat(json(answer).at("/logs/1/log").asString()).isEqualTo("ops");
    assertThat(json(answer).at("/logs/1/verdict").asString()).isEqualTo("TAMPERED");
  }

  @Test
  void aRecordThatIsGoneIsNamed() throws Exception {
    inOps(TRIGGERS_OFF + "DELETE FROM metaops_ops.record WHERE id = 2");
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("missing-record", "record 2 was sealed and is not there");
  }

  @Test
  void aWordThatIsPutInOrTakenOutWithTriggersOffIsFound() throws Exception {
    inOps(
        TRIGGERS_OFF
            + "INSERT INTO metaops_ops.approval SELECT plan_id, environment, digest, 'REJECT',"
            + " 'joe', key, at, 'c2lnbmVk' FROM metaops_ops.approval WHERE person = 'lee'");
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify()))
        .contains("rows", "no record tells of a word in our own store: P-8K2F: joe signed REJECT");
    inOps(TRIGGERS_OFF + "DELETE FROM metaops_ops.approval WHERE person IN ('joe', 'lee')");
    assertThat(json(verify()).at("/logs/1/total").asInt()).isOne();
    assertThat(json(verify()).at("/logs/1/discrepancies/0/record").asInt()).isEqualTo(3);
  }

  @Test
  void aWordThatBecameAnothersOrAnotherIsFound() throws Exception {
    for (String change : List.of("person = 'joe'", "decision = 'REVIEW'", "key = 'x'")) {
      inOps(
          TRIGGERS_OFF
              + "CREATE TABLE was AS SELECT * FROM metaops_ops.approval;"
              + " UPDATE metaops_ops.approval SET "
              + change
              + " WHERE person = 'lee'");
      assertThat(text(verify())).as(change).contains("no record tells of a word", "P-8K2F: ");
      inOps(
          TRIGGERS_OFF
              + "DELETE FROM metaops_ops.approval;"
              + " INSERT INTO metaops_ops.approval SELECT * FROM was; DROP TABLE was");
      assertThat(verify().exit()).isEqualTo(ExitCode.FINE);
    }
  }

  @Test
  void anOutcomeOrAPlanThatNoStepLedToIsFoundWithTriggersOff() throws Exception {
    inOps(
        "ALTER TABLE metaops_ops.plan_outcome DISABLE TRIGGER ALL;"
            + " UPDATE metaops_ops.plan_outcome SET outcome = 'VOID' WHERE order_id = 'o-2'");
    assertThat(text(verify()))
        .contains(
            "no record tells of what came of an order in our own store: P-8K2F: o-2 VOID",
            "it tells of what came of an order that is not in our own store as it says");
    inOps(
        "UPDATE metaops_ops.plan_outcome SET outcome = 'APPLIED' WHERE order_id = 'o-2';"
            + " DELETE FROM metaops_ops.plan_outcome WHERE order_id = 'o-1'");
    assertThat(json(verify()).at("/logs/1/counts/rows").asInt()).isOne();
    inOps(
        "INSERT INTO metaops_ops.plan_outcome VALUES ('P-8K2F', 'o-1', 'APPLIED', '');"
            + " INSERT INTO metaops_ops.plan SELECT 'P-0009', 'x', sha256('x'), environment,"
            + " 'APPROVED', expires_at FROM metaops_ops.plan");
    assertThat(json(verify()).at("/logs/1/counts/rows").asInt()).isOne();
    assertThat(text(verify())).contains("P-0009: is APPROVED, and its last step led to nowhere");
  }

  @Test
  void whatIsSignedOfARestorationIsOnlyAddedTo() throws Exception {
    inOps(
        "INSERT INTO metaops_ops.restoration_word"
            + " VALUES ('here', '0x00', 'APPROVE', 'lee', 'k', now(), 'c2lnbmVk')");
    assertThat(
            one(
                "SELECT count(*) FROM metaops_ops.record WHERE kind = 'word'"
                    + " AND entry::jsonb #>> '{body,digest}' ~ '^([0-9a-f]{2})+$'"))
        .as("each digest as the others")
        .isEqualTo("3");
    for (String sql :
        List.of(
            "UPDATE metaops_ops.restoration_word SET person = 'joe'",
            "DELETE FROM metaops_ops.restoration_word",
            "TRUNCATE metaops_ops.restoration_word")) {
      assertThatThrownBy(() -> inOps("SET session_replication_role = replica; " + sql))
          .as(sql)
          .hasMessageContaining("only ever added to");
    }
  }

  @Test
  void aStepOrAStateThatIsChangedWithTriggersOffIsFound() throws Exception {
    inOps(
        TRIGGERS_OFF
            + "ALTER TABLE metaops_ops.plan DISABLE TRIGGER ALL;"
            + " UPDATE metaops_ops.plan SET state = 'PLANNED'");
    assertThat(text(verify())).contains("P-8K2F: is PLANNED, and its last step led to APPLIED");
    inOps(
        "ALTER TABLE metaops_ops.plan DISABLE TRIGGER ALL;"
            + " UPDATE metaops_ops.plan SET state = 'APPLIED', text = 'x', digest = sha256('x')");
    assertThat(json(verify()).at("/logs/1/counts/rows").asInt())
        .as("each of its steps is of another text")
        .isEqualTo(8);
  }

  @Test
  void aRewriteIsFoundByTheCheckpointAndNobodySignsIt() throws Exception {
    inOps(
        TRIGGERS_OFF
            + "UPDATE metaops_ops.record SET actor = 'eve', entry = replace(entry, '\"lee\"',"
            + " '\"eve\"') WHERE id = 3;"
            + REHASH);
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("rewritten", "among seals 1 to 4", "0 of 2 checkpoints");
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      assertThat(checkpointer().now(new RecordStore(connection, LogHome.OPS)))
          .isInstanceOf(Checkpointer.Outcome.Refused.class);
    }
  }

  @Test
  void aTailThatWasCutOffIsFound() throws Exception {
    inOps(
        TRIGGERS_OFF
            + "DELETE FROM metaops_ops.record WHERE id > 4;"
            + " DELETE FROM metaops_ops.seal WHERE seq > 4");
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("tail", "what came after was cut off");
  }

  @Test
  void aStoreThatCameBackFromABackupWentBackAndIsNotCalledTampered() throws Exception {
    String backup = ops.url().database() + "_backup";
    inOrders("CREATE DATABASE " + backup + " TEMPLATE " + ops.url().database());
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      new KeptPlanStore(connection).keep(plan("P-0003"), "here");
    }
    checkpoint();
    ops = new Database(TestPostgres.url(backup), "metaops-test", SystemTicker.SYSTEM);
    Answer answer = verify();
    assertThat(answer.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(json(answer).at("/logs/1/verdict").asString()).isEqualTo("WENT_BACK");
    assertThat(text(answer)).contains("seals 8 to 8 are gone").doesNotContain("NOT AS IT WAS");
  }

  @Test
  void aStoreThatDoesNotAnswerIsSaidAndHidesNoFinding() throws Exception {
    ops =
        new Database(
            DatabaseUrl.of("postgres://kim:x@127.0.0.1:1/ops"), "test", SystemTicker.SYSTEM);
    Answer answer = verify();
    assertThat(answer.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(answer))
        .contains("is whole: 1 sealed")
        .contains("UNKNOWN: the log of our own store was not looked at", "127.0.0.1:1");
    assertThat(list().exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(list()))
        .contains("UNKNOWN: the log of our own store", "on record within 1 d: 1");
    inOrders(
        "ALTER TABLE metaops.record DISABLE TRIGGER ALL;"
            + " UPDATE metaops.record SET entry = replace(entry, 'kim', 'eve')");
    assertThat(verify().exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(text(verify())).contains("NOT AS IT WAS WRITTEN", "UNKNOWN: the log of our own");
  }

  @Test
  void anOrdersDatabaseThatDoesNotAnswerDoesNotHideWhatPeopleDecided() throws Exception {
    orders =
        new Database(
            DatabaseUrl.of("postgres://kim:x@127.0.0.1:1/orders"), "test", SystemTicker.SYSTEM);
    assertThat(list().exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(list())).contains("P-8K2F: signed APPROVE", "UNKNOWN: the log of the orders");
    assertThat(verify().exit()).isEqualTo(ExitCode.COULD_NOT);
  }

  @Test
  void bothAreExportedAndCheckedElsewhere() throws Exception {
    Path export = directory.resolve("export");
    Answer written = ask(new AuditCommand.Export(export));
    assertThat(written.exit()).as(text(written)).isEqualTo(ExitCode.FINE);
    assertThat(text(written))
        .contains(
            "1 record of the orders database exported", "7 records of our own store exported");
    JsonNode keys = json(ask(new AuditCommand.Key(AuditCommand.Key.Change.NONE)));
    String ordersKey = keys.at("/logs/0/key").asString();
    String opsKey = keys.at("/logs/1/key").asString();
    assertThat(ordersKey).startsWith("metaops.audit/").doesNotContain("/ops/");
    assertThat(opsKey).startsWith("metaops.audit/ops/");
    assertThat(Files.readString(export.resolve("ops/checkpoint"))).startsWith("metaops.audit/ops/");

    assertThat(checked(export, ordersKey, opsKey).exit()).isEqualTo(ExitCode.FINE);
    assertThat(text(checked(export, ordersKey, opsKey))).contains("whole: 1 ", "whole: 7 ");
    assertThat(checked(export.resolve("ops"), opsKey).exit()).isEqualTo(ExitCode.FINE);
    assertThat(checked(export, ordersKey).exit())
        .as("nobody vouches for the other key")
        .isEqualTo(ExitCode.WARNING);

    Path bundle;
    try (Stream<Path> files = Files.walk(export.resolve("ops/tile/entries"))) {
      bundle = files.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(bundle);
    bytes[40] ^= 1;
    Files.write(bundle, bytes);
    assertThat(checked(export, ordersKey, opsKey).exit()).isEqualTo(ExitCode.CRITICAL);
  }

  @Test
  void eachLogHasAPlaceOfItsOwnOutsideTheDatabases() throws Exception {
    Path audit = directory.resolve("data/audit");
    assertThat(AuditDirectory.kept(directory.resolve("data"), LogHome.OPS))
        .containsExactly(audit.resolve("ops").resolve(one("SELECT id FROM metaops_ops.audit_log")));
    assertThat(AuditDirectory.kept(directory.resolve("data"), LogHome.ORDERS)).hasSize(1);
    assertThat(verify().notes()).as("neither is taken for a former name of the other").isEmpty();
  }

  @Test
  void theLoopOfServeSealsItAndCoversItAtOnce() throws Exception {
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      new KeptPlanStore(connection).keep(plan("P-0004"), "here");
      var records = new RecordStore(connection, LogHome.OPS);
      new SealLoop(
              ops,
              LogHome.OPS,
              checkpointer(),
              new Findings() {
                @Override
                public void raise(Finding finding) {
                  throw new AssertionError(finding.sentence());
                }

                @Override
                public void onlyThese(String code, Collection<String> fingerprints) {
                  assertThat(code).startsWith("ops-");
                }
              },
              _ -> {},
              ticker)
          .step(records);
    }
    JsonNode log = json(verify()).at("/logs/1");
    assertThat(log.at("/checkpoints/size").asInt()).isEqualTo(8);
    assertThat(log.at("/checkpoints/uncovered").asInt()).isZero();
  }

  @Test
  void whereOrdersAreOnlyObservedEachLogIsShownOnceAndItIsSaidWhatThatMeans() throws Exception {
    orders = TestPostgres.emptyDatabase();
    Migrations.apply(ops, ObservingServe.SCHEMA, TestPostgres.minute());
    inOps(
        "SELECT metaops_api.record_refusal('o-1', 'kim', '{}'); SELECT metaops_api.seal_records()");
    Answer list = list();
    assertThat(list.exit()).isEqualTo(ExitCode.FINE);
    assertThat(json(list).path("total").asInt()).isEqualTo(8);
    assertThat(list.notes())
        .anyMatch(note -> note.contains("only observed: nothing is installed in it"));
    assertThat(json(verify()).at("/logs").valueStream().map(log -> log.path("log").asString()))
        .containsExactly("orders", "ops");
  }

  @Test
  void aStoreThatIsGoneWhileItsCheckpointsAreKeptIsNotSilent() throws Exception {
    ops = TestPostgres.emptyDatabase();
    assertThat(verify().exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(verify())).contains("keeps no log", "checkpoints of its log are kept in");
  }

  private Answer checked(Path export, String... keys) {
    return ask(new AuditCommand.Verify(Optional.of(export), List.of(keys)));
  }

  private Checkpointer checkpointer() {
    return new Checkpointer(directory.resolve("data"), ticker);
  }

  /** Of both, as {@code serve} keeps them. */
  private void checkpoint() throws SQLException, IOException {
    for (LogHome home : LogHome.values()) {
      Database database =
          switch (home) {
            case ORDERS -> orders;
            case OPS -> ops;
          };
      try (Connection connection = database.connect(TestPostgres.minute())) {
        var records = new RecordStore(connection, home);
        records.sealStep();
        checkpointer().now(records);
      }
    }
  }

  private Answer verify() {
    return ask(AuditCommand.Verify.here());
  }

  private Answer list() {
    return list(100);
  }

  private Answer list(int most) {
    return ask(
        new AuditCommand.Entries(Duration.ofDays(1), Optional.empty(), new Listing.First(most)));
  }

  private Answer ask(AuditCommand command) {
    var configuration =
        Configuration.read(
            new Where(
                Map.of(
                    "DATABASE_URL",
                    orders.url().secretText(),
                    "OPS_DATABASE_URL",
                    ops.url().secretText(),
                    "METAOPS_DATA_DIR",
                    directory.resolve("data").toString()),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                directory,
                directory));
    return new AuditAnswers()
        .to(command, new Conversation(configuration, Shared.STANDARD, TestPerson.NOBODY, ticker));
  }

  private void inOrders(String sql) throws SQLException {
    run(orders, sql);
  }

  private void inOps(String sql) throws SQLException {
    run(ops, sql);
  }

  private static void run(Database database, String sql) throws SQLException {
    try (Connection connection = database.connect(TestPostgres.minute());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String one(String sql) throws SQLException {
    try (Connection connection = ops.connect(TestPostgres.minute());
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
