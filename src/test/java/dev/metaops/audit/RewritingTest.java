package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
import org.junit.jupiter.api.io.TempDir;

/**
 * A superuser who computes every hash anew after tampering, against checkpoints kept outside. Each
 * tampering is looked at from inside its transaction and taken back.
 */
@Timeout(300)
@SuppressWarnings("NullAway.Init")
class RewritingTest {
  private static final List<Rewrite> REWRITES = List.of(Rewrite.values());
  private static final int RECORDS = 40;
  private static final int ROUNDS = Integer.getInteger("metaops.rewrites", 400);

  /** Seals that each kept checkpoint covers. */
  private static final List<Integer> COVERED = List.of(5, 12, 13, 30, 40);

  @TempDir private static Path data;
  private static RecordedOrders orders;
  private static Connection attacker;
  private static CheckpointHistory kept;

  @BeforeAll
  static void checkpointsAndAnAttacker() throws Exception {
    orders = new RecordedOrders();
    attacker = orders.session("psql");
    var store = new RecordStore(attacker);
    var checkpointer = new Checkpointer(data, new SettableTicker(SystemTicker.SYSTEM.now()));
    int sealed = 0;
    for (int covered : COVERED) {
      records(attacker, covered - sealed);
      store.sealStep();
      sealed = covered;
      assertThat(checkpointer.now(store)).isInstanceOf(Checkpointer.Outcome.Written.class);
    }
    kept = AuditDirectory.of(data, store.logId()).history();
    assertThat(kept.trusted()).hasSize(COVERED.size());
    Attacker.rises(attacker);
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
  void everyRewriteIsFoundAndItsIntervalNamedAndNothingElseIs() throws Exception {
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    System.out.println("rewrites: -Dmetaops.seed=" + seed);
    var random = new SplittableRandom(seed);
    Map<Rewrite, Integer> tried = new EnumMap<>(Rewrite.class);
    for (int round = 0; round < ROUNDS; round++) {
      Rewrite attack = REWRITES.get(random.nextInt(REWRITES.size()));
      int a = random.nextInt(1, RECORDS);
      int b = random.nextInt(a + 1, RECORDS + 1);
      run(attacker, attack.sql(a, b));
      AuditReport report = verify();
      // Without what is kept outside nobody could tell.
      assertThat(new RecordStore(attacker).verify().first())
          .as("seed %d: %s %d %d", seed, attack, a, b)
          .allMatch(found -> found.damage() == Damage.COLUMNS);
      attacker.rollback();
      switch (attack) {
        case NOTHING -> assertThat(report.first()).isEmpty();
        case CUT_OFF -> {
          assertThat(report.verdict())
              .as("seed %d: cut off %d", seed, a)
              .isEqualTo(Verdict.WENT_BACK);
          assertThat(report.first())
              .singleElement()
              .returns(Damage.WENT_BACK, Discrepancy::damage)
              .returns(OptionalLong.of(a), Discrepancy::seq);
        }
        // One seal fewer: the last checkpoint is not reached any more.
        case DELETE -> {
          if (a > 30) {
            assertThat(report.verdict()).isEqualTo(Verdict.WENT_BACK);
            assertThat(report.first().getFirst().sentence())
                .contains("seals 40 to 40 are gone", "nothing vouches for seals 31 to 39");
          } else {
            assertInterval(report, a, "seed %d: %s %d".formatted(seed, attack, a));
          }
        }
        case CHANGE, BACKDATE, PUT_IN, SWAP ->
            assertInterval(report, a, "seed %d: %s %d %d".formatted(seed, attack, a, b));
        case FORK ->
            assertInterval(report, a + 1, "seed %d: %s %d %d".formatted(seed, attack, a, b));
      }
      tried.merge(attack, 1, Integer::sum);
    }
    System.out.println("rewrites found and named: " + tried);
  }

  /** The first checkpoint that covers it says so; those before agree. */
  private static void assertInterval(AuditReport report, int seq, String which) {
    int first = COVERED.stream().filter(covered -> covered >= seq).findFirst().orElseThrow();
    long before = COVERED.stream().filter(covered -> covered < seq).count();
    assertThat(report.verdict()).as(which).isEqualTo(Verdict.TAMPERED);
    assertThat(report.first())
        .as(which)
        .filteredOn(found -> found.damage() == Damage.REWRITTEN)
        .singleElement()
        .returns(OptionalLong.of(first), Discrepancy::seq);
    assertThat(report.coverage().agreeing()).as(which).isEqualTo(before);
  }

  @Test
  void aFlippedBitIsNamedByItsRecordAndTheCheckpointsStillAgree() throws Exception {
    run(
        attacker,
        "UPDATE metaops.record SET entry = replace(entry, 'money', 'honey') WHERE id = 9");
    AuditReport report = verify();
    assertThat(report.first())
        .singleElement()
        .returns(Damage.CONTENT, Discrepancy::damage)
        .returns(OptionalLong.of(9), Discrepancy::recordId);
    assertThat(report.coverage().agreeing()).isEqualTo(COVERED.size());
    attacker.rollback();
    run(attacker, "UPDATE metaops.record SET leaf = sha256('x') WHERE id = 9");
    report = verify();
    assertThat(report.first()).extracting(Discrepancy::damage).containsExactly(Damage.CONTENT);
    assertThat(report.coverage().agreeing()).isEqualTo(COVERED.size());
  }

  @Test
  void aRecordThatIsGoneIsNamedAndTheCheckpointsBeforeItAgree() throws Exception {
    run(attacker, "DELETE FROM metaops.record WHERE id = 13");
    AuditReport report = verify();
    assertThat(report.first())
        .singleElement()
        .returns(Damage.MISSING_RECORD, Discrepancy::damage)
        .returns(OptionalLong.of(13), Discrepancy::recordId);
    assertThat(report.coverage().agreeing()).isEqualTo(2);
  }

  @Test
  void aDatabaseRestoredFromABackupWentBackAndIsNotCalledTampered() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.record WHERE id > 31",
        "DELETE FROM metaops.seal WHERE seq > 31",
        "SELECT public.rehash()");
    AuditReport report = verify();
    assertThat(report.verdict()).isEqualTo(Verdict.WENT_BACK);
    assertThat(report.first().getFirst().sentence())
        .contains("covers 40 seals and there are 31: seals 32 to 40 are gone");
    assertThat(report.coverage().agreeing()).isEqualTo(4);
  }

  @Test
  void anEmptiedLogWentBack() throws Exception {
    run(
        attacker,
        "DELETE FROM metaops.record",
        "DELETE FROM metaops.seal",
        "SELECT public.rehash()");
    assertThat(verify().verdict()).isEqualTo(Verdict.WENT_BACK);
  }

  @Test
  void aRecordOlderThanTheCheckpointBeforeItIsNamed() throws Exception {
    attacker.rollback();
    var late =
        new Checkpoint(
            kept.trusted().getLast().origin(),
            RECORDS,
            kept.trusted().getLast().root(),
            kept.trusted().getLast().chain(),
            0,
            SystemTicker.SYSTEM.now().plus(Duration.ofMinutes(11)),
            java.util.Optional.empty());
    var history = new CheckpointHistory(List.of(late), List.of(), List.of(), List.of());
    assertThat(new RecordStore(attacker).verify(history).first()).isEmpty();
    run(
        attacker,
        "SELECT metaops.append_record('refusal', 'o-1', 'eve', '{}')",
        "SELECT metaops_api.seal_records()");
    AuditReport report = new RecordStore(attacker).verify(history);
    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(report.first())
        .singleElement()
        .returns(Damage.BACKDATED, Discrepancy::damage)
        .returns(OptionalLong.of(41), Discrepancy::seq);
  }

  private static AuditReport verify() throws SQLException {
    return new RecordStore(attacker).verify(kept);
  }
}
