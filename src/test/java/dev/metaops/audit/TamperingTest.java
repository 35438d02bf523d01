package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.plan;
import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static dev.metaops.audit.RecordedOrders.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.metaops.time.SystemTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A superuser who switches the triggers off and drops the constraints, against the chain. Each
 * tampering is looked at from inside its transaction and taken back.
 */
@Timeout(180)
@SuppressWarnings("NullAway.Init")
class TamperingTest {
  private static final List<Flip> FIELDS = List.of(Flip.values());
  private static final int RECORDS = 30;
  private static final int FLIPS = 1_000;

  private static RecordedOrders orders;
  private static Connection attacker;

  @BeforeAll
  static void aChainAndAnAttacker() throws SQLException {
    orders = new RecordedOrders();
    attacker = orders.session("psql");
    for (int n = 1; n <= 3; n++) {
      String id = "o-" + n;
      plan(attacker, "P-000" + n, id, orders.order(attacker, id));
    }
    run(attacker, "SELECT metaops_api.freeze('f1', 'kim', 'odd', now())");
    records(attacker, RECORDS - 4);
    new RecordStore(attacker).sealStep();
    Attacker.rises(attacker);
    assertThat(new RecordStore(attacker).verify().first()).isEmpty();
    attacker.setAutoCommit(false);
  }

  @AfterAll
  static void close() throws SQLException {
    orders.close();
  }

  @AfterEach
  void takenBack() throws SQLException {
    attacker.rollback();
    assertThat(verify().first()).isEmpty();
    attacker.rollback();
  }

  @Test
  void everyBitThatTurnsOverIsFoundAndItsRecordNamed() throws Exception {
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    System.out.println("bit flips: -Dmetaops.seed=" + seed);
    var random = new SplittableRandom(seed);
    Map<Flip, Integer> found = new EnumMap<>(Flip.class);
    for (int flip = 0; flip < FLIPS; ) {
      Flip field = FIELDS.get(random.nextInt(FIELDS.size()));
      long id = random.nextLong(1, RECORDS + 1L);
      if (field == Flip.ORDER && id == 4) {
        continue; // A freeze is of no order.
      }
      String sql = field.sql(id, random);
      run(attacker, sql);
      List<Discrepancy> discrepancies = verify().first();
      attacker.rollback();
      assertThat(discrepancies)
          .as("seed %d: %s", seed, sql)
          .anyMatch(discrepancy -> discrepancy.recordId().equals(OptionalLong.of(id)));
      if (field != Flip.SEQ && field != Flip.RECORD_ID) {
        assertThat(discrepancies)
            .as("seed %d: %s names nothing but its record", seed, sql)
            .allMatch(discrepancy ->
                discrepancy.recordId().isEmpty() || discrepancy.recordId().getAsLong() == id);
      }
      found.merge(field, 1, Integer::sum);
      flip++;
    }
    System.out.println("bit flips found and named: " + found);
  }

  @Test
  void aChangedEntryIsContentAndAChangedLeafIsSaidToBeTheLeaf() throws Exception {
    run(attacker, "UPDATE metaops.record SET entry = replace(entry, 'kim', 'eve') WHERE id = 9");
    assertThat(verify().first().getFirst().sentence()).contains("entry does not hash to its leaf");
    attacker.rollback();
    run(attacker, "UPDATE metaops.record SET leaf = sha256('x') WHERE id = 9");
    assertDamage(Damage.CONTENT, 9, "its leaf was changed, its entry is the one that was sealed");
  }

  @Test
  void anEntryRewrittenWithItsLeafAndColumnsBreaksTheLink() throws Exception {
    run(
        attacker,
        """
        UPDATE metaops.record SET actor = 'eve', entry = replace(entry, 'kim', 'eve'),
          leaf = sha256('\\x00'::bytea || convert_to(replace(entry, 'kim', 'eve'), 'UTF8'))
        WHERE id = 9\
        """);
    assertDamage(Damage.LINK, 9, "does not follow");
  }

  @Test
  void aColumnThatContradictsItsEntryIsNamedWithBothValues() throws Exception {
    run(attacker, "UPDATE metaops.record SET actor = 'eve' WHERE id = 9");
    assertDamage(Damage.COLUMNS, 9, "actor eve (expected: kim)");
  }

  @Test
  void aDeletedRecordIsNamed() throws Exception {
    run(attacker, "DELETE FROM metaops.record WHERE id = 9");
    assertDamage(Damage.MISSING_RECORD, 9, "is not there any more");
  }

  @Test
  void aDeletedSealLeavesAGapAndARecordWithoutSeal() throws Exception {
    run(attacker, "DELETE FROM metaops.seal WHERE seq = 9");
    assertThat(verify().first())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.GAP, Damage.UNLINKED);
    assertThat(verify().first().getFirst().sentence())
        .isEqualTo("seal 9 is missing after record 8");
  }

  @Test
  void aRecordDeletedWithItsSealLeavesAGap() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.seal WHERE seq = 9",
        "DELETE FROM metaops.record WHERE id = 9");
    assertDamage(Damage.GAP, 10, "seal 9 is missing after record 8");
  }

  @Test
  void aGapThatWasClosedByRenumberingBreaksTheLink() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.seal WHERE seq = 9",
        "DELETE FROM metaops.record WHERE id = 9",
        "UPDATE metaops.seal SET seq = seq - 1 WHERE seq > 9",
        "UPDATE metaops.seal_head SET seq = seq - 1");
    assertDamage(Damage.LINK, 10, "does not follow");
  }

  @Test
  void recordsThatWereSwappedAreBothNamed() throws Exception {
    run(
        attacker,
        "UPDATE metaops.seal SET record_id = CASE record_id WHEN 9 THEN 12 ELSE 9 END"
            + " WHERE record_id IN (9, 12)");
    assertThat(verify().first())
        .extracting(Discrepancy::damage, found -> found.recordId().getAsLong())
        .containsExactly(tuple(Damage.LINK, 12L), tuple(Damage.LINK, 9L));
  }

  @Test
  void aTruncatedTailDisagreesWithTheHead() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.seal WHERE seq > 28",
        "DELETE FROM metaops.record WHERE id > 28");
    assertDamage(Damage.TAIL, 28, "what came after was cut off");
  }

  @Test
  void aTailTruncatedTogetherWithTheHeadLeavesRecordsWithoutSeal() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.seal WHERE seq > 28",
        "UPDATE metaops.seal_head SET seq = 28,"
            + " chain = (SELECT chain FROM metaops.seal WHERE seq = 28)");
    assertThat(verify().first())
        .extracting(Discrepancy::damage, found -> found.recordId().getAsLong())
        .containsExactly(tuple(Damage.UNLINKED, 29L), tuple(Damage.UNLINKED, 30L));
  }

  @Test
  void whatCannotBeSeenFromInsideOneDatabaseIsKnown() throws Exception {
    // The reason for the sentence about checkpoints: head, seals and records cut off together.
    run(
        attacker,
        "DELETE FROM metaops.seal WHERE seq > 28",
        "DELETE FROM metaops.record WHERE id > 28",
        "UPDATE metaops.seal_head SET seq = 28,"
            + " chain = (SELECT chain FROM metaops.seal WHERE seq = 28)");
    assertThat(verify().isClean()).isTrue();
  }

  @Test
  void aHeadThatWasSetBackOrRemovedIsSeen() throws Exception {
    run(attacker, "UPDATE metaops.seal_head SET seq = 20");
    assertDamage(Damage.TAIL, 30, "set back");
    attacker.rollback();
    run(attacker, "UPDATE metaops.seal_head SET chain = sha256('x')");
    assertDamage(Damage.TAIL, 30, "is not the last seal's");
    attacker.rollback();
    run(attacker, "DELETE FROM metaops.seal_head");
    assertDamage(Damage.TAIL, 30, "has no row");
  }

  @Test
  void aSealedNumberGivenTwiceIsAFork() throws Exception {
    run(attacker, "INSERT INTO metaops.seal (seq, record_id, chain) VALUES (9, 31, sha256('x'))");
    assertThat(verify().first().getFirst())
        .returns(Damage.FORK, Discrepancy::damage)
        .returns(OptionalLong.of(9), Discrepancy::seq)
        .returns(OptionalLong.of(31), Discrepancy::recordId);
  }

  @Test
  void aRecordSealedTwiceIsAFork() throws Exception {
    run(
        attacker,
        """
        WITH h AS (SELECT seq + 1 AS seq, sha256('metaops-audit-v1'::bytea || '\\x0a'::bytea || chain
            || (SELECT leaf FROM metaops.record WHERE id = 9)) AS chain FROM metaops.seal_head),
          s AS (INSERT INTO metaops.seal (seq, record_id, chain) SELECT seq, 9, chain FROM h)
        UPDATE metaops.seal_head t SET seq = h.seq, chain = h.chain FROM h\
        """);
    assertDamage(Damage.FORK, 9, "sealed before, under another number");
  }

  @Test
  void aRecordPutInWithoutSealIsNamed() throws Exception {
    run(
        attacker,
        "INSERT INTO metaops.record (id, kind, order_id, actor, entry, leaf)"
            + " OVERRIDING SYSTEM VALUE SELECT 99, kind, order_id, actor, entry, leaf"
            + " FROM metaops.record WHERE id = 9");
    assertThat(verify().first())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.COLUMNS, Damage.UNLINKED);
  }

  @Test
  void aRecordPutInWithoutNumberOrTimeIsNamed() throws Exception {
    run(
        attacker,
        "ALTER TABLE metaops.record ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id DROP NOT NULL,"
            + " ALTER COLUMN at DROP NOT NULL",
        "INSERT INTO metaops.record (id, at, kind, order_id, actor, entry, leaf)"
            + " SELECT NULL, NULL, kind, order_id, actor, entry, leaf"
            + " FROM metaops.record WHERE id = 9");
    assertThat(verify().first())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.COLUMNS, Damage.UNLINKED);
  }

  @Test
  void aQueueThatNamesAbsentOrSealedRecordsIsSeen() throws Exception {
    run(attacker, "INSERT INTO metaops.unsealed VALUES (9), (77)");
    assertThat(verify().first())
        .extracting(Discrepancy::damage, found -> found.recordId().getAsLong())
        .containsExactly(tuple(Damage.FORK, 9L), tuple(Damage.MISSING_RECORD, 77L));
  }

  @Test
  void anAppliedPlanThatIsNotTheApprovedOneIsNamed() throws Exception {
    run(
        attacker,
        "UPDATE metaops.applied_plan SET plan = replace(plan, 'died', 'slept')"
            + " WHERE plan_id = 'P-0002'");
    assertDamage(Damage.ORPHAN_PLAN, 2, "its text is not what was approved");
    attacker.rollback();
    run(attacker, "UPDATE metaops.applied_plan SET plan_id = 'P-0009' WHERE plan_id = 'P-0002'");
    assertDamage(Damage.ORPHAN_PLAN, 2, "its text calls it P-0002");
    attacker.rollback();
    run(
        attacker,
        "ALTER TABLE metaops.applied_plan DROP CONSTRAINT applied_plan_pkey CASCADE",
        "INSERT INTO metaops.applied_plan (digest, plan_id, plan)"
            + " SELECT digest, plan_id, replace(plan, 'died', 'slept')"
            + " FROM metaops.applied_plan WHERE plan_id = 'P-0002'");
    assertDamage(Damage.ORPHAN_PLAN, 2, "its text is not what was approved");
  }

  @Test
  void anAppliedPlanWithoutItsRecordAndARecordWithoutItsPlanAreNamed() throws Exception {
    run(
        attacker,
        "INSERT INTO metaops.applied_plan (plan_id, digest, plan)"
            + " SELECT 'P-9', sha256(convert_to(p, 'UTF8')), p FROM (SELECT"
            + " '{\"id\":\"P-9\",\"targets\":[{\"order\":\"o-9\"}]}' AS p) t",
        "INSERT INTO metaops.applied_order (digest, order_id)"
            + " SELECT digest, 'o-9' FROM metaops.applied_plan WHERE plan_id = 'P-9'");
    assertThat(verify().first())
        .singleElement()
        .returns(Damage.ORPHAN_PLAN, Discrepancy::damage)
        .returns("plan P-9, order o-9: applied, and no record says so", Discrepancy::sentence);
    attacker.rollback();
    run(attacker, "DELETE FROM metaops.applied_order WHERE order_id = 'o-2'");
    assertThat(verify().first())
        .extracting(Discrepancy::sentence)
        .containsExactlyInAnyOrder(
            "plan P-0002: the orders it moved are gone",
            "it tells of a plan that is not among those applied");
    attacker.rollback();
    run(attacker, "DELETE FROM metaops.applied_plan WHERE plan_id = 'P-0002'");
    assertDamage(Damage.ORPHAN_PLAN, 2, "its text is not what was approved");
  }

  @Test
  void damageAtSeveralPlacesIsAllReportedFirstOneFirst() throws Exception {
    run(
        attacker,
        "UPDATE metaops.record SET leaf = sha256('x') WHERE id = 20",
        "UPDATE metaops.seal SET chain = sha256('y') WHERE seq IN (11, 12)",
        "DELETE FROM metaops.seal WHERE seq = 15",
        "DELETE FROM metaops.record WHERE id = 25");
    assertThat(verify().first())
        .extracting(Discrepancy::damage, found -> found.recordId().getAsLong())
        .containsExactly(
            tuple(Damage.LINK, 11L),
            tuple(Damage.LINK, 12L),
            tuple(Damage.GAP, 16L),
            tuple(Damage.CONTENT, 20L),
            tuple(Damage.MISSING_RECORD, 25L),
            tuple(Damage.UNLINKED, 15L));
    assertThat(text(attacker, "SELECT count(*) FROM metaops.record")).isEqualTo("29");
  }

  private static void assertDamage(Damage damage, long recordId, String sentence)
      throws SQLException {
    assertThat(verify().first())
        .singleElement()
        .returns(damage, Discrepancy::damage)
        .returns(OptionalLong.of(recordId), Discrepancy::recordId)
        .extracting(Discrepancy::sentence)
        .asString()
        .contains(sentence);
  }

  private static AuditReport verify() throws SQLException {
    return new RecordStore(attacker).verify();
  }
}
