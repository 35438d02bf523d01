package dev.metaops.audit;

import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes checkpoints of one database's log and keeps them outside it. Never makes one for fewer
 * seals than the last, nor one of a log that is not the last one's continuation: it says so, each
 * time it is asked. Not thread-safe.
 */
public final class Checkpointer {
  /** So long a seal waits for a checkpoint at most. */
  public static final Duration LONGEST = Duration.ofSeconds(60);

  /** So many seals wait for one at most. */
  public static final long MOST = 100;

  private static final int PAGE = 10_000;

  /** What is no intervention of ours and may wait. */
  private static final Set<String> PATIENT = Set.of("edit", "would-refuse");

  private final Path dataDirectory;
  private final Ticker ticker;
  private MerkleTree tree = new MerkleTree();
  private Bytes chain = AuditChain.START;
  private @Nullable AuditDirectory directory;
  private Optional<Checkpoint> last = Optional.empty();
  private long lengthRead = -1;
  private int boundaries;
  private boolean isUrgent;
  private Optional<Long> waitingSince = Optional.empty();
  private Optional<Outcome.Refused> refused = Optional.empty();

  /**
   * @param dataDirectory in which the log's own directory is
   */
  public Checkpointer(Path dataDirectory, Ticker ticker) {
    this.dataDirectory = dataDirectory;
    this.ticker = ticker;
  }

  /** What came of it. */
  public sealed interface Outcome {
    /** Nothing was due, or another process is at it. */
    record Nothing() implements Outcome {}

    /** It is on the disk. */
    record Written(Checkpoint checkpoint) implements Outcome {}

    /** The log is not what the last checkpoint says it was; nothing was written. */
    record Refused(Discrepancy why) implements Outcome {}
  }

  /** When a checkpoint is due. */
  private enum Due {
    AS_USUAL,
    IF_ANYTHING_IS_NEW
  }

  /** Makes one if one is due. Cheap; meant for every second. */
  public Outcome step(RecordStore records) throws SQLException, IOException {
    return made(records, Due.AS_USUAL);
  }

  /** Makes one if any seal is not covered yet. */
  public Outcome now(RecordStore records) throws SQLException, IOException {
    return made(records, Due.IF_ANYTHING_IS_NEW);
  }

  private Outcome made(RecordStore records, Due due) throws SQLException, IOException {
    Optional<Outcome.Refused> wrong = caughtUp(records);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    if (!isDue(due)) {
      return new Outcome.Nothing();
    }
    Outstanding outstanding = records.outstanding();
    wrong = caughtUp(records);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    long epoch = records.leaseEpoch();
    Optional<String> database = records.database();
    AuditDirectory kept = opened(records);
    return kept.<Outcome>locked(
            () -> {
              if (hasChanged()) {
                return new Outcome.Nothing(); // Another process made one; the next step reads it.
              }
              if (database.isPresent()) {
                kept.seenIn(database.get());
              }
              return written(epoch, outstanding, Optional.empty());
            })
        .orElseGet(Outcome.Nothing::new);
  }

  /**
   * Ends the time of the key that signs: a checkpoint of everything sealed, signed by it and by a
   * new one, after which only the new one signs.
   */
  public Outcome rotate(RecordStore records) throws SQLException, IOException {
    Outstanding outstanding = records.outstanding();
    Optional<Outcome.Refused> wrong = caughtUp(records);
    if (wrong.isPresent()) {
      return wrong.get();
    }
    long epoch = records.leaseEpoch();
    AuditDirectory kept = opened(records);
    return kept.<Outcome>locked(() ->
            hasChanged()
                ? new Outcome.Nothing()
                : written(epoch, outstanding, Optional.of(SigningKey.generate(kept.origin()))))
        .orElseGet(Outcome.Nothing::new);
  }

  private AuditDirectory opened(RecordStore records) throws SQLException, IOException {
    if (directory == null) {
      directory = AuditDirectory.of(dataDirectory, records);
    }
    return directory;
  }

  private boolean hasChanged() throws IOException {
    return directory != null && directory.length() != lengthRead;
  }

  private boolean isDue(Due due) {
    long covered = last.map(Checkpoint::size).orElse(0L);
    long fresh = tree.size() - covered;
    if (fresh <= 0) {
      waitingSince = Optional.empty();
      isUrgent = false;
      return false;
    }
    long now = ticker.nanos();
    if (waitingSince.isEmpty()) {
      waitingSince = Optional.of(now);
    }
    return due == Due.IF_ANYTHING_IS_NEW
        || last.isEmpty()
        || isUrgent
        || fresh >= MOST
        || now - waitingSince.get() >= LONGEST.toNanos();
  }

  /**
   * @param outstanding as it was before the last seal was read, so that whatever was over by then
   *     is covered
   */
  private Outcome written(long epoch, Outstanding outstanding, Optional<SigningKey> nextKey)
      throws IOException {
    AuditDirectory kept = directory;
    if (kept == null) {
      throw new IllegalStateException("not opened");
    }
    Instant now = ticker.now().truncatedTo(ChronoUnit.MILLIS);
    var checkpoint =
        new Checkpoint(
            kept.origin(),
            tree.size(),
            tree.root(),
            chain,
            epoch,
            last.map(Checkpoint::at).filter(now::isBefore).orElse(now),
            nextKey.map(SigningKey::verifier),
            Optional.empty(),
            Optional.of(outstanding));
    SigningKey key = kept.key();
    if (nextKey.isPresent()) {
      kept.prepareKey(nextKey.get());
      kept.append(SignedNote.sign(checkpoint.text(), key, nextKey.get()));
      kept.adoptKey();
    } else {
      kept.append(SignedNote.sign(checkpoint.text(), key));
    }
    last = Optional.of(checkpoint);
    lengthRead = kept.length();
    waitingSince = Optional.empty();
    isUrgent = false;
    return new Outcome.Written(checkpoint);
  }

  /** Reads what was sealed since, and says what does not fit what was read or kept before. */
  private Optional<Outcome.Refused> caughtUp(RecordStore records) throws SQLException, IOException {
    AuditDirectory kept = opened(records);
    if (hasChanged()) {
      lengthRead = kept.length();
      CheckpointHistory history = kept.history();
      last = history.newest();
      if (history.boundaries().size() != boundaries) {
        boundaries = history.boundaries().size();
        beginAnew();
      }
      compare();
    }
    if (tree.size() > 0 && !records.chainAt(tree.size()).equals(Optional.of(chain))) {
      long there = records.head().map(Head::seq).orElse(0L);
      if (there < tree.size()) {
        return refuse(
            Damage.WENT_BACK, "there were " + tree.size() + " seals and there are " + there);
      }
      return refuse(
          Damage.REWRITTEN,
          "seal " + tree.size() + " was " + chain.brief() + " and is not any more");
    }
    while (refused.isEmpty()) {
      int read = 0;
      for (SealedLeaf leaf : records.leavesAfter(tree.size(), PAGE)) {
        if (leaf.seq() != tree.size() + 1) {
          return refuse(Damage.GAP, "seal " + (tree.size() + 1) + " is missing");
        }
        tree.add(leaf.leaf());
        chain = leaf.chain();
        isUrgent |= !PATIENT.contains(leaf.kind());
        compare();
        read++;
      }
      if (read < PAGE) {
        break;
      }
    }
    if (refused.isPresent()) {
      return refused;
    }
    long covered = last.map(Checkpoint::size).orElse(0L);
    return covered > tree.size()
        ? refuse(
            Damage.WENT_BACK,
            "the last checkpoint covers " + covered + " seals and there are " + tree.size())
        : Optional.empty();
  }

  /** Somebody vouched for another beginning than what was read. */
  private void beginAnew() {
    tree = new MerkleTree();
    chain = AuditChain.START;
    refused = Optional.empty();
  }

  /** Where the tree is as large as the last checkpoint's it has to be that one. */
  private void compare() {
    if (last.isPresent()
        && last.get().size() == tree.size()
        && !last.get().root().equals(tree.root())) {
      refused =
          refuse(
              Damage.REWRITTEN,
              "the first " + tree.size() + " records are not those of the last checkpoint");
    }
  }

  private Optional<Outcome.Refused> refuse(Damage damage, String sentence) {
    return Optional.of(
        new Outcome.Refused(
            new Discrepancy(damage, OptionalLong.of(tree.size()), OptionalLong.empty(), sentence)));
  }
}
