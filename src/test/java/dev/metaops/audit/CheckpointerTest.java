package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.note;
import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@SuppressWarnings("NullAway.Init")
class CheckpointerTest {
  @TempDir private Path data;
  private final SettableTicker ticker = new SettableTicker();
  private RecordedOrders orders;
  private Connection session;
  private RecordStore store;
  private Checkpointer checkpointer;

  @BeforeEach
  void anOrder() throws SQLException {
    orders = new RecordedOrders();
    session = orders.session("psql");
    orders.order(session, "o-1");
    store = new RecordStore(session);
    checkpointer = new Checkpointer(data, ticker);
  }

  @AfterEach
  void close() throws SQLException {
    orders.close();
  }

  @Test
  void nothingIsKeptOfAnEmptyLog() throws Exception {
    assertThat(checkpointer.step(store)).isEqualTo(new Checkpointer.Outcome.Nothing());
    assertThat(checkpointer.now(store)).isEqualTo(new Checkpointer.Outcome.Nothing());
  }

  @Test
  void theFirstIsKeptAtOnceAndTheNextAfterAMinuteAHundredSealsOrAnIntervention() throws Exception {
    edits(1);
    assertThat(step()).contains(1L);
    edits(1);
    assertThat(step()).isEmpty();
    ticker.advance(Checkpointer.LONGEST.minusSeconds(1));
    assertThat(step()).isEmpty();
    ticker.advance(Duration.ofSeconds(1));
    assertThat(step()).contains(2L);
    edits(99);
    assertThat(step()).isEmpty();
    edits(1);
    assertThat(step()).contains(102L);
    edits(1);
    assertThat(step()).isEmpty();
    run(session, "SELECT metaops_api.freeze('f1', 'kim', 'odd', now())");
    store.sealStep();
    assertThat(step()).contains(104L);
    ticker.advance(Duration.ofHours(1));
    assertThat(step()).as("nothing is new").isEmpty();
  }

  @Test
  void whatIsKeptAgreesWithTheDatabaseAndIsOnlyReadableByItsOwner() throws Exception {
    sealed(250);
    checkpointer.now(store);
    sealed(5);
    AuditReport report = store.verify(kept().history());
    assertThat(report.first()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
    assertThat(report.coverage().agreeing()).isEqualTo(1);
    assertThat(report.coverage().uncovered()).isEqualTo(5);
    assertThat(report.coverage().since()).isPresent();
    for (String file : List.of("key", "keys", "checkpoints.jsonl")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(file))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void sealsWithoutACheckpointAreUnverifiable() throws Exception {
    sealed(3);
    AuditReport report = store.verify(kept().history());
    assertThat(report.verdict()).isEqualTo(Verdict.UNVERIFIABLE);
    assertThat(report.first())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.NO_CHECKPOINT);
  }

  @Test
  void anotherProcessGoesOnWhereThisOneStopped() throws Exception {
    sealed(3);
    checkpointer.now(store);
    var other = new Checkpointer(data, ticker);
    assertThat(other.now(store)).isEqualTo(new Checkpointer.Outcome.Nothing());
    sealed(3);
    assertThat(other.now(store)).isInstanceOf(Checkpointer.Outcome.Written.class);
    assertThat(checkpointer.now(store)).isEqualTo(new Checkpointer.Outcome.Nothing());
    sealed(1);
    assertThat(checkpointer.now(store)).isInstanceOf(Checkpointer.Outcome.Written.class);
    assertThat(kept().history().found()).isEmpty();
    assertThat(kept().history().trusted()).extracting(Checkpoint::size).containsExactly(3L, 6L, 7L);
    assertThat(kept().keys()).hasSize(1);
  }

  @Test
  void nothingIsKeptOfALogThatWasRewritten() throws Exception {
    sealed(5);
    checkpointer.now(store);
    tamper("UPDATE metaops.record SET leaf = sha256('x') WHERE id = 2");
    sealed(5);
    var restarted = new Checkpointer(data, ticker);
    assertRefused(restarted, Damage.REWRITTEN, "the first 5 records are not those");
    assertRefused(restarted, Damage.REWRITTEN, "the first 5 records are not those");
    assertThat(kept().notes()).hasSize(1);
  }

  @Test
  void aRewrittenTailIsSeenBeforeAnyCheckpointCoversIt() throws Exception {
    sealed(5);
    checkpointer.step(store);
    edits(1);
    checkpointer.step(store);
    tamper("UPDATE metaops.seal SET chain = sha256('x') WHERE seq = 6");
    assertRefused(checkpointer, Damage.REWRITTEN, "seal 6 was");
  }

  @Test
  void nothingIsKeptOfALogThatWentBack() throws Exception {
    sealed(5);
    checkpointer.now(store);
    tamper("DELETE FROM metaops.seal WHERE seq > 3");
    assertRefused(checkpointer, Damage.REWRITTEN, "seal 5 was");
    assertRefused(
        new Checkpointer(data, ticker), Damage.WENT_BACK, "covers 5 seals and there are 3");
    assertThat(kept().notes()).hasSize(1);
  }

  @Test
  void aRotatedKeyLeavesABoundarySignedByBothAndItsPrivateHalfIsGone() throws Exception {
    sealed(2);
    checkpointer.now(store);
    VerifierKey first = kept().keys().getFirst();
    String secret = Files.readString(file("key"));
    var running = new Checkpointer(data, ticker);
    running.step(store);
    assertThat(checkpointer.rotate(store)).isInstanceOf(Checkpointer.Outcome.Written.class);
    sealed(2);
    assertThat(running.now(store)).isInstanceOf(Checkpointer.Outcome.Written.class);

    assertThat(Files.readString(file("key")))
        .doesNotContain(secret.lines().findFirst().orElseThrow());
    assertThat(file("key.next")).doesNotExist();
    // Who was told the first key alone can check everything after it.
    CheckpointHistory history =
        CheckpointHistory.judged(kept().origin(), kept().notes(), List.of(first));
    assertThat(history.found()).isEmpty();
    assertThat(history.trusted()).hasSize(3);
    assertThat(history.trusted().get(1).nextKey()).contains(kept().keys().getLast());
    assertThat(store.verify(history).verdict()).isEqualTo(Verdict.CLEAN);
  }

  @Test
  void twentyRotationsLeaveEverythingVerifiable() throws Exception {
    for (int n = 0; n < 20; n++) {
      sealed(1);
      checkpointer.now(store);
      checkpointer.rotate(store);
    }
    assertThat(kept().keys()).hasSize(21);
    assertThat(store.verify(kept().history()).verdict()).isEqualTo(Verdict.CLEAN);
  }

  @Test
  void aCrashBetweenTheBoundaryAndTheNewKeyIsMadeGood() throws Exception {
    sealed(2);
    checkpointer.now(store);
    String before = Files.readString(file("key"));
    checkpointer.rotate(store);
    Files.move(file("key"), file("key.next"));
    Files.writeString(file("key"), before);
    sealed(2);
    checkpointer.now(store);
    assertThat(kept().history().found()).isEmpty();
    assertThat(kept().history().trusted()).hasSize(3);
  }

  @Test
  void aTornLineIsUnverifiableAndSpoilsNoOther() throws Exception {
    sealed(2);
    checkpointer.now(store);
    Files.writeString(file("checkpoints.jsonl"), "{\"note\":\"meta", StandardOpenOption.APPEND);
    sealed(2);
    assertThat(new Checkpointer(data, ticker).now(store))
        .isInstanceOf(Checkpointer.Outcome.Written.class);
    assertThat(kept().history().trusted()).hasSize(2);
    assertThat(store.verify(kept().history()).verdict()).isEqualTo(Verdict.UNVERIFIABLE);
  }

  @Test
  void aLogWhoseNameIsNoNameIsRefused() throws Exception {
    sealed(1);
    run(session, "UPDATE metaops.audit_log SET id = '../../etc'");
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> checkpointer.now(store))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("audit_log was changed");
  }

  private void assertRefused(Checkpointer by, Damage damage, String sentence) throws Exception {
    assertThat(by.now(store))
        .isInstanceOfSatisfying(
            Checkpointer.Outcome.Refused.class,
            refused -> {
              assertThat(refused.why().damage()).isEqualTo(damage);
              assertThat(refused.why().sentence()).contains(sentence);
            });
  }

  private Optional<Long> step() throws SQLException, IOException {
    return checkpointer.step(store) instanceof Checkpointer.Outcome.Written(Checkpoint written)
        ? Optional.of(written.size())
        : Optional.empty();
  }

  private void edits(int count) throws SQLException {
    for (int n = 0; n < count; n++) {
      note(session, "o-1", "note " + n + " at " + ticker.nanos());
    }
    store.sealStep();
  }

  private void sealed(int count) throws SQLException {
    records(session, count);
    store.sealStep();
  }

  private void tamper(String sql) throws SQLException {
    run(
        session,
        "ALTER TABLE metaops.record DISABLE TRIGGER append_only",
        "ALTER TABLE metaops.seal DISABLE TRIGGER append_only",
        sql);
  }

  private AuditDirectory kept() throws SQLException, IOException {
    return AuditDirectory.of(data, store.logId());
  }

  private Path file(String name) throws SQLException, IOException {
    return kept().path().resolve(name);
  }
}
