package dev.metaops.audit;

import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Says, signed and beside the checkpoints, that a database came back from a backup: what was gone
 * is given up, what follows is checked as ever. Not thread-safe.
 */
public final class Boundary {
  private static final int PAGE = 10_000;

  /** The clocks of the database and of who keeps checkpoints. */
  private static final Duration MOST_APART = Duration.ofMinutes(1);

  private final Path dataDirectory;
  private final Ticker ticker;

  /**
   * @param dataDirectory in which the log's own directory is
   */
  public Boundary(Path dataDirectory, Ticker ticker) {
    this.dataDirectory = dataDirectory;
    this.ticker = ticker;
  }

  /**
   * How the log stands against what was kept of it.
   *
   * @param newest the last checkpoint that may be believed
   * @param sealed how many seals there are
   * @param agreeing how many seals the largest checkpoint covers that agrees; 0 without one
   * @param parting where the two part, if the log reaches as far as a checkpoint that disagrees
   */
  public record Look(
      Optional<Checkpoint> newest, long sealed, long agreeing, Optional<Parting> parting) {
    /** Whether the log goes on from the last checkpoint, so that nothing has to be said. */
    public boolean goesOn() {
      return newest.filter(last -> last.size() != agreeing).isEmpty();
    }

    /**
     * What no backup explains. A backup is what was once covered, so it agrees with each checkpoint
     * as far as it goes; what was appended since is later than all of them.
     *
     * @param sealsThen how many seals there were when the database was found to have gone back
     */
    public Optional<String> tampered(long sealsThen) {
      return parting
          .filter(part -> part.checkpoint().size() <= sealsThen && !part.isLaterThan(newest))
          .map(part ->
              "seals "
                  + (agreeing + 1)
                  + " to "
                  + part.checkpoint().size()
                  + " are not those of the checkpoint of "
                  + part.checkpoint().at());
    }
  }

  /**
   * The first checkpoint that disagrees.
   *
   * @param at of the last record it covers, as the log has it now
   */
  public record Parting(Checkpoint checkpoint, String at) {
    private boolean isLaterThan(Optional<Checkpoint> newest) {
      return newest
          .filter(last -> at.compareTo(RecordTime.text(last.at().plus(MOST_APART))) > 0)
          .isPresent();
    }
  }

  /** What came of it. */
  public sealed interface Outcome {
    record Written(Checkpoint boundary) implements Outcome {}

    /** No checkpoint is kept here that would have to be given up. */
    record NotNeeded() implements Outcome {}

    /** Another process is at it; nothing was written. */
    record Busy() implements Outcome {}
  }

  /** Reads every seal; seconds for a million. */
  public Look look(RecordStore records) throws SQLException, IOException {
    return walked(records).look();
  }

  private record Walked(Look look, MerkleTree tree, Bytes chain) {}

  private Walked walked(RecordStore records) throws SQLException, IOException {
    List<Checkpoint> trusted = directory(records).history().trusted();
    var tree = new MerkleTree();
    Bytes chain = AuditChain.START;
    int next = 0;
    long agreeing = 0;
    Optional<Parting> parting = Optional.empty();
    boolean isOver = false;
    while (!isOver) {
      List<SealedLeaf> page = records.leavesAfter(tree.size(), PAGE);
      for (SealedLeaf leaf : page) {
        if (leaf.seq() != tree.size() + 1) {
          throw new IOException("seal " + (tree.size() + 1) + " is missing (metaops audit verify)");
        }
        tree.add(leaf.leaf());
        chain = leaf.chain();
        while (next < trusted.size() && trusted.get(next).size() <= tree.size()) {
          Checkpoint checkpoint = trusted.get(next);
          if (checkpoint.size() == tree.size() && checkpoint.root().equals(tree.root())) {
            agreeing = checkpoint.size();
          } else if (parting.isEmpty()) {
            parting = Optional.of(new Parting(checkpoint, records.sealedAt(leaf.seq())));
          }
          next++;
        }
      }
      isOver = page.size() < PAGE;
    }
    Optional<Checkpoint> newest =
        trusted.isEmpty() ? Optional.empty() : Optional.of(trusted.getLast());
    return new Walked(new Look(newest, tree.size(), agreeing, parting), tree, chain);
  }

  private AuditDirectory directory(RecordStore records) throws SQLException, IOException {
    return AuditDirectory.of(dataDirectory, records);
  }

  /**
   * Writes it, where the log does not go on from the last checkpoint. On the disk when it returns;
   * repeated, it finds nothing to say.
   *
   * @param backup of when the backup is
   */
  public Outcome write(RecordStore records, Instant backup, String actor, String reason)
      throws SQLException, IOException {
    Outstanding outstanding = records.outstanding();
    Walked walked = walked(records);
    if (walked.look().goesOn()) {
      return new Outcome.NotNeeded();
    }
    Checkpoint newest = walked.look().newest().orElseThrow();
    long epoch = records.leaseEpoch();
    AuditDirectory kept = directory(records);
    return kept.<Outcome>locked(
            () -> {
              if (!kept.history().newest().equals(Optional.of(newest))) {
                return new Outcome.Busy();
              }
              Instant now = ticker.now().truncatedTo(ChronoUnit.MILLIS);
              var boundary =
                  new Checkpoint(
                      kept.origin(),
                      walked.tree().size(),
                      walked.tree().root(),
                      walked.chain(),
                      epoch,
                      now.isBefore(newest.at()) ? newest.at() : now,
                      Optional.empty(),
                      Optional.of(
                          new Restoration(
                              newest.size(),
                              newest.root(),
                              walked.look().agreeing(),
                              backup,
                              actor,
                              reason)),
                      Optional.of(outstanding));
              kept.append(SignedNote.sign(boundary.text(), kept.key()));
              return new Outcome.Written(boundary);
            })
        .orElseGet(Outcome.Busy::new);
  }
}
