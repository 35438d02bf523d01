package dev.metaops.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds sealed records, as they are read, against every checkpoint that covers them. Pure, in
 * memory for two trees' edges; not thread-safe.
 */
final class AgainstCheckpoints {
  /** Two clocks may be apart by so much without anybody being suspected. */
  static final Duration MOST_BACKDATED = Duration.ofMinutes(10);

  /** More than so many in one log no transaction explains. */
  private static final int MOST_LATE = 100_000;

  private final List<Checkpoint> checkpoints;
  private final Consumer<Discrepancy> found;
  private final List<Late> late = new ArrayList<>();
  private final MerkleTree byEntry = new MerkleTree();

  /** As if each stored leaf were right; null while it makes no difference. */
  private @Nullable MerkleTree byLeaf;

  private int next;
  private long agreeing;
  private boolean isLost;
  private String oldest = "";
  private Optional<String> uncoveredSince = Optional.empty();

  AgainstCheckpoints(List<Checkpoint> checkpoints, Consumer<Discrepancy> found) {
    this.checkpoints = List.copyOf(checkpoints);
    this.found = found;
    skipEmpty();
  }

  private void skipEmpty() {
    while (next < checkpoints.size() && checkpoints.get(next).size() == 0) {
      compare(OptionalLong.empty());
    }
  }

  /**
   * The next seal with its record.
   *
   * @param entryLeaf what the record's text hashes to
   * @param storedLeaf what is stored as that
   * @param at the record's own time; empty when it is not known
   */
  void sealed(long seq, OptionalLong recordId, Bytes entryLeaf, Bytes storedLeaf, String at) {
    if (uncoveredSince.isEmpty() && (checkpoints.isEmpty() || seq > checkpoints.getLast().size())) {
      uncoveredSince = Optional.of(at);
    }
    if (checkpoints.isEmpty()) {
      return;
    }
    late(seq, recordId, at);
    if (isLost || seq != byEntry.size() + 1) {
      isLost = true;
      passed(seq);
      return;
    }
    if (byLeaf == null && !entryLeaf.equals(storedLeaf)) {
      byLeaf = byEntry.copy();
    }
    byEntry.add(entryLeaf);
    if (byLeaf != null) {
      byLeaf.add(storedLeaf);
    }
    while (next < checkpoints.size() && checkpoints.get(next).size() == seq) {
      compare(recordId);
    }
  }

  /** A number whose record is not there: from here on there is no tree to compare. */
  void missing(long seq) {
    isLost = true;
    passed(seq);
  }

  private void passed(long seq) {
    while (next < checkpoints.size() && checkpoints.get(next).size() <= seq) {
      came(checkpoints.get(next));
      next++;
    }
  }

  private void came(Checkpoint checkpoint) {
    oldest = tooLateFor(checkpoint);
  }

  private static String tooLateFor(Checkpoint checkpoint) {
    return RecordTime.text(checkpoint.at().minus(MOST_BACKDATED));
  }

  private void compare(OptionalLong recordId) {
    Checkpoint checkpoint = checkpoints.get(next);
    came(checkpoint);
    if (!isLost) {
      if (checkpoint.root().equals(byEntry.root())
          || (byLeaf != null && checkpoint.root().equals(byLeaf.root()))) {
        agreeing++;
      } else {
        isLost = true;
        rewritten(checkpoint, recordId);
      }
    }
    next++;
  }

  private void rewritten(Checkpoint checkpoint, OptionalLong recordId) {
    long from = next == 0 ? 1 : checkpoints.get(next - 1).size() + 1;
    found.accept(
        new Discrepancy(
            Damage.REWRITTEN,
            OptionalLong.of(checkpoint.size()),
            recordId,
            "among seals "
                + from
                + " to "
                + checkpoint.size()
                + " a record is not the one the checkpoint of "
                + checkpoint.at()
                + " covers: changed, put in or left out, and hashed anew"));
  }

  private void late(long seq, OptionalLong recordId, String at) {
    if (at.isEmpty() || at.length() != oldest.length() || at.compareTo(oldest) >= 0) {
      return;
    }
    int first = next - 1;
    while (first > 0 && at.compareTo(tooLateFor(checkpoints.get(first - 1))) < 0) {
      first--;
    }
    var one = new Late(seq, recordId, at, checkpoints.get(first), checkpoints.get(next - 1));
    if (recordId.isPresent() && late.size() < MOST_LATE) {
      late.add(one);
    } else {
      found.accept(one.discrepancy());
    }
  }

  /** Records that an open transaction may explain, at most {@link #MOST_LATE}. */
  List<Late> late() {
    return List.copyOf(late);
  }

  /** After the last seal, where the log says it ends. */
  void end(long lastSeq, OptionalLong lastRecord) {
    if (checkpoints.isEmpty()) {
      return;
    }
    Checkpoint newest = checkpoints.getLast();
    if (newest.size() > lastSeq) {
      found.accept(
          new Discrepancy(
              Damage.WENT_BACK,
              OptionalLong.of(lastSeq),
              lastRecord,
              "the checkpoint of "
                  + newest.at()
                  + " covers "
                  + newest.size()
                  + " seals and there are "
                  + lastSeq
                  + ": seals "
                  + (lastSeq + 1)
                  + " to "
                  + newest.size()
                  + " are gone, restored from a backup or cut off"
                  + left(lastSeq)));
    }
  }

  /** What is between the last checkpoint that was reached and the end. */
  private String left(long lastSeq) {
    long reached = next == 0 ? 0 : checkpoints.get(next - 1).size();
    return reached < lastSeq
        ? "; nothing vouches for seals " + (reached + 1) + " to " + lastSeq
        : "";
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  boolean isWithoutAny() {
    return checkpoints.isEmpty();
  }

  Coverage coverage(long sealed) {
    if (checkpoints.isEmpty()) {
      return new Coverage(
          Optional.empty(), 0, 0, sealed, uncoveredSince.flatMap(AgainstCheckpoints::time));
    }
    Checkpoint newest = checkpoints.getLast();
    return new Coverage(
        Optional.of(newest),
        checkpoints.size(),
        agreeing,
        Math.max(0, sealed - newest.size()),
        uncoveredSince.flatMap(AgainstCheckpoints::time));
  }
}
