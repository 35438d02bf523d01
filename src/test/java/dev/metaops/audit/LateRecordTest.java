package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.note;
import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records that call themselves older than checkpoints they came after: of transactions that were
 * open so long, and put in. Time is advanced for the database and for who keeps checkpoints.
 */
@Timeout(60)
@SuppressWarnings("NullAway.Init")
class LateRecordTest {
  private static final String LONG_AGO =
      "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')";

  @TempDir private Path data;
  private final SettableTicker ticker = new SettableTicker(SystemTicker.SYSTEM.now());
  private RecordedOrders orders;
  private Connection patient;
  private Connection busy;
  private RecordStore store;

  @BeforeEach
  void anOrderThatSomebodyEditsInAnOpenTransaction() throws SQLException {
    orders = new RecordedOrders();
    busy = orders.session("metaops");
    patient = orders.session("psql");
    run(
        busy,
        "CREATE TABLE public.passed AS SELECT interval '0 s' AS time",
        "GRANT SELECT ON public.passed TO PUBLIC",
        "DO $$ BEGIN EXECUTE replace(pg_get_functiondef('metaops.append_record'::regproc),"
            + " 'clock_timestamp()', '(clock_timestamp() + (SELECT p.time FROM public.passed p))');"
            + " END $$");
    orders.order(busy, "o-1");
    orders.order(busy, "o-2");
    store = new RecordStore(busy);
    patient.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    orders.close();
  }

  @Test
  void aTransactionThatWasOpenForHoursIsNoFinding() throws Exception {
    note(patient, "o-1", "first");
    checkpoint(Duration.ofMinutes(20));
    run(patient, "SAVEPOINT later");
    note(patient, "o-1", "in a part of it");
    checkpoint(Duration.ofMinutes(20));
    checkpoint(Duration.ofHours(2));
    patient.commit();
    checkpoint(Duration.ofMinutes(1));

    assertThat(verified().first()).isEmpty();
    assertThat(verified().coverage().agreeing()).isEqualTo(4);
  }

  @Test
  void whatWasOverAndNotSealedYetMayComeToo() throws Exception {
    checkpoint(Duration.ZERO);
    records(busy, 1);
    assertThat(store.seal(1)).isOne();
    note(busy, "o-1", "over, and in line for its seal");
    passes(Duration.ofMinutes(20));
    assertThat(new Checkpointer(data, ticker).now(store))
        .isInstanceOf(Checkpointer.Outcome.Written.class);
    checkpoint(Duration.ofMinutes(20));

    assertThat(verified().first()).isEmpty();
  }

  @Test
  void oneThatIsPutInAfterwardsIsFound() throws Exception {
    note(patient, "o-1", "honest");
    checkpoint(Duration.ofMinutes(20));
    patient.commit();
    checkpoint(Duration.ofMinutes(20));
    putIn("DEFAULT");
    checkpoint(Duration.ofMinutes(1));

    assertBackdated(4);
  }

  /** Whoever puts it in may say any transaction wrote it; the row itself says which did. */
  @Test
  void norDoesTheNumberOfATransactionThatWasOpenHelpWhoPutsOneIn() throws Exception {
    note(patient, "o-1", "honest, and still open");
    String open = RecordedOrders.text(patient, "SELECT pg_current_xact_id()::text");
    checkpoint(Duration.ofMinutes(20));
    checkpoint(Duration.ofMinutes(20));
    putIn("'" + open + "'");
    patient.commit();
    checkpoint(Duration.ofMinutes(1));

    AuditReport report = verified();
    assertThat(report.counts()).containsOnlyKeys(Damage.BACKDATED);
    assertThat(report.total()).as("the honest one came too, and is none").isOne();
    assertThat(
            RecordedOrders.text(
                busy,
                "SELECT actor FROM metaops.record WHERE id = "
                    + report.first().getFirst().recordId().orElseThrow()))
        .isEqualTo("eve");
  }

  @Test
  void aTransactionThatWasOverByTheLastCheckpointExplainsNothing() throws Exception {
    note(patient, "o-1", "honest");
    String over = RecordedOrders.text(patient, "SELECT pg_current_xact_id()::text");
    checkpoint(Duration.ofMinutes(20));
    patient.commit();
    checkpoint(Duration.ofMinutes(20));
    putIn("'" + over + "'");
    checkpoint(Duration.ofMinutes(1));

    assertBackdated(4);
  }

  @Test
  void aCheckpointThatDoesNotSayWhatWasOpenExcusesNothing() throws Exception {
    records(busy, 1);
    store.sealStep();
    var late =
        new Checkpoint(
            AuditDirectory.of(data, store).origin(),
            0,
            MerkleTree.EMPTY,
            AuditChain.START,
            0,
            ticker.now().plus(Duration.ofHours(1)),
            Optional.empty());
    assertThat(
            store
                .verify(new CheckpointHistory(List.of(late), List.of(), List.of(), List.of()))
                .first())
        .singleElement()
        .returns(Damage.BACKDATED, Discrepancy::damage);
  }

  /** By a superuser who knows how leaves are hashed, in line for the next seal. */
  private void putIn(String transaction) throws SQLException {
    run(
        busy,
        "SET session_replication_role = replica",
        """
        WITH e AS (
            SELECT o.old, jsonb_build_object('kind', 'refusal', 'order', 'o-2', 'actor', 'eve',
              'at', o.old, 'body', '{}'::jsonb)::text AS entry
            FROM (SELECT %s AS old) o),
          put AS (
            INSERT INTO metaops.record (at, kind, order_id, actor, entry, leaf, xid)
            SELECT e.old::timestamptz, 'refusal', 'o-2', 'eve', e.entry,
              sha256('\\x00'::bytea || convert_to(e.entry, 'UTF8')), x.xid FROM e,
              (SELECT coalesce(nullif(%s, 'DEFAULT')::xid8, pg_current_xact_id()) AS xid) x
            RETURNING id)
        INSERT INTO metaops.unsealed SELECT id FROM put
        """
            .formatted(LONG_AGO, transaction.equals("DEFAULT") ? "'DEFAULT'" : transaction));
  }

  private void passes(Duration time) throws SQLException {
    ticker.advance(time);
    run(busy, "UPDATE public.passed SET time = time + interval '" + time.toSeconds() + " s'");
  }

  /** Some time later, of one more record. */
  private void checkpoint(Duration passes) throws SQLException, IOException {
    passes(passes);
    records(busy, 1);
    store.sealStep();
    assertThat(new Checkpointer(data, ticker).now(store))
        .isInstanceOf(Checkpointer.Outcome.Written.class);
  }

  private AuditReport verified() throws SQLException, IOException {
    return store.verify(AuditDirectory.of(data, store).history());
  }

  private void assertBackdated(long seq) throws SQLException, IOException {
    AuditReport report = verified();
    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(report.first())
        .singleElement()
        .returns(Damage.BACKDATED, Discrepancy::damage)
        .returns(OptionalLong.of(seq), Discrepancy::seq);
  }
}
