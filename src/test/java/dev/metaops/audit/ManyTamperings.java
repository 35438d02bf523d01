package dev.metaops.audit;

import static dev.metaops.audit.RecordedOrders.records;
import static dev.metaops.audit.RecordedOrders.run;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Tampers with a log at random, with the triggers off, looks at it against the checkpoints that
 * were kept before, and takes it back.
 */
final class ManyTamperings {
  static final int COVERED = 100;
  static final int UNCOVERED = 7;
  private static final int EACH = 12;
  private static final int VACUUMED_AFTER = 100;
  private static final List<Kind> KINDS = List.of(Kind.values());
  private static final List<Flip> FLIPS = List.of(Flip.values());

  private final Connection attacker;
  private final CheckpointHistory kept;
  private final List<Long> sizes;
  private final SplittableRandom random;

  /** What is done to the log. */
  enum Kind {
    NOTHING,
    BIT_FLIP,
    DELETED_RECORD,
    DELETED_SEAL,
    DELETED_BOTH,
    SWAPPED,
    TRUNCATED,
    TRUNCATED_WITH_HEAD,
    REWRITTEN,
    ROLLED_BACK
  }

  /**
   * What came of it.
   *
   * @param found how often each was found and its record or interval named
   * @param untouched how often the log was looked at as it was
   * @param wrong what was not found, not named, or found where nothing was done
   */
  record Tally(Map<Kind, Integer> found, int untouched, List<String> wrong) {
    int tampered() {
      return found.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /**
   * Makes the log in an empty orders database.
   *
   * @param data where the checkpoints are kept
   */
  ManyTamperings(Connection superuser, Path data, long seed) throws Exception {
    attacker = superuser;
    random = new SplittableRandom(seed);
    var store = new RecordStore(attacker);
    var checkpointer = new Checkpointer(data, new SettableTicker(SystemTicker.SYSTEM.now()));
    for (int sealed = 0; sealed < COVERED; sealed += EACH) {
      records(attacker, Math.min(EACH, COVERED - sealed));
      store.sealStep();
      checkpointer.now(store);
    }
    records(attacker, UNCOVERED);
    store.sealStep();
    kept = AuditDirectory.of(data, store.logId()).history();
    sizes = kept.trusted().stream().map(Checkpoint::size).toList();
    Attacker.rises(attacker);
  }

  AuditReport verify() throws SQLException {
    return new RecordStore(attacker).verify(kept);
  }

  Tally rounds(int count) throws SQLException {
    var found = new EnumMap<Kind, Integer>(Kind.class);
    var wrong = new ArrayList<String>();
    int untouched = 0;
    int round = 0;
    for (int tampered = 0; tampered < count; round++) {
      if (round % VACUUMED_AFTER == 0) {
        run(attacker, "VACUUM metaops.record", "VACUUM metaops.seal", "VACUUM metaops.seal_head");
      }
      Kind kind = KINDS.get(random.nextInt(KINDS.size()));
      int a = random.nextInt(1, COVERED);
      int b = random.nextInt(a + 1, COVERED + 1);
      attacker.setAutoCommit(false);
      String what = tampered(kind, a, b);
      AuditReport report = verify();
      attacker.rollback();
      attacker.setAutoCommit(true);
      if (kind == Kind.NOTHING) {
        untouched++;
      } else {
        tampered++;
        found.merge(kind, 1, Integer::sum);
      }
      if (!isNamed(kind, a, b, report)) {
        wrong.add(what + ": " + report.first());
      }
    }
    return new Tally(found, untouched, wrong);
  }

  /** Does it; answers what, for whoever has to do it again. */
  private String tampered(Kind kind, int a, int b) throws SQLException {
    String[] sql =
        switch (kind) {
          case NOTHING -> new String[0];
          case BIT_FLIP -> new String[] {FLIPS.get(random.nextInt(FLIPS.size())).sql(a, random)};
          case DELETED_RECORD -> new String[] {"DELETE FROM metaops.record WHERE id = " + a};
          case DELETED_SEAL -> new String[] {"DELETE FROM metaops.seal WHERE seq = " + a};
          case DELETED_BOTH ->
              new String[] {
                "DELETE FROM metaops.record WHERE id = " + a,
                "DELETE FROM metaops.seal WHERE seq = " + a
              };
          case SWAPPED ->
              new String[] {
                "UPDATE metaops.seal SET record_id = CASE record_id WHEN "
                    + a
                    + " THEN "
                    + b
                    + " ELSE "
                    + a
                    + " END WHERE record_id IN ("
                    + a
                    + ", "
                    + b
                    + ")"
              };
          case TRUNCATED -> cutOff(a);
          case TRUNCATED_WITH_HEAD ->
              new String[] {
                "DELETE FROM metaops.seal WHERE seq > " + a,
                "UPDATE metaops.seal_head SET seq = "
                    + a
                    + ", chain = (SELECT chain FROM metaops.seal WHERE seq = "
                    + a
                    + ")"
              };
          case ROLLED_BACK -> Rewrite.CUT_OFF.sql(a, b);
          case REWRITTEN -> REWRITES.get(random.nextInt(REWRITES.size())).sql(a, b);
        };
    run(attacker, sql);
    return kind + " " + a + " " + b + " " + String.join("; ", sql);
  }

  private static final List<Rewrite> REWRITES =
      List.of(
          Rewrite.CHANGE,
          Rewrite.BACKDATE,
          Rewrite.DELETE,
          Rewrite.PUT_IN,
          Rewrite.SWAP,
          Rewrite.FORK);

  private static String[] cutOff(int after) {
    return new String[] {
      "DELETE FROM metaops.record WHERE id > " + after,
      "DELETE FROM metaops.seal WHERE seq > " + after
    };
  }

  private boolean isNamed(Kind kind, int a, int b, AuditReport report) {
    return switch (kind) {
      case NOTHING -> report.isClean();
      case BIT_FLIP, DELETED_RECORD, DELETED_SEAL -> namesRecord(report, a);
      case DELETED_BOTH ->
          report.first().stream()
              .anyMatch(found -> found.sentence().startsWith("seal " + a + " is missing"));
      case SWAPPED -> namesRecord(report, a) && namesRecord(report, b);
      case TRUNCATED, ROLLED_BACK -> namesTail(report, a);
      case TRUNCATED_WITH_HEAD -> namesTail(report, a) && namesRecord(report, a + 1);
      case REWRITTEN -> namesInterval(report, a) || namesInterval(report, a + 1);
    };
  }

  private static boolean namesTail(AuditReport report, int last) {
    return report.first().stream()
        .anyMatch(found ->
            found.damage() == Damage.WENT_BACK
                && found.seq().equals(OptionalLong.of(last))
                && found.sentence().contains("seals " + (last + 1) + " to " + COVERED));
  }

  private static boolean namesRecord(AuditReport report, int id) {
    return report.first().stream().anyMatch(found -> found.recordId().equals(OptionalLong.of(id)));
  }

  /** By the first checkpoint that covers it, and those before agree. */
  private boolean namesInterval(AuditReport report, int seq) {
    long to = sizes.stream().filter(size -> size >= seq).findFirst().orElse((long) COVERED);
    long from = sizes.stream().filter(size -> size < seq).reduce((_, last) -> last).orElse(0L) + 1;
    return report.verdict() == Verdict.TAMPERED
        && report.first().stream()
            .anyMatch(found ->
                found.damage() == Damage.REWRITTEN
                    && found.sentence().startsWith("among seals " + from + " to " + to + " "));
  }
}
