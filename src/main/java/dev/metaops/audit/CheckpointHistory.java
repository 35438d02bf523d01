package dev.metaops.audit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The checkpoints of one log that may be believed, in the order they were made, and what is wrong
 * with the others. Pure.
 *
 * @param trusted each at least as large as the one before; what a boundary gave up is not among
 *     them
 * @param boundaries those of the believed ones that say the database came back from a backup
 * @param handovers those at which keys changed hands, also where a boundary gave them up: what they
 *     say of seals is over, what they say of keys is not
 */
public record CheckpointHistory(
    List<Checkpoint> trusted,
    List<Discrepancy> found,
    List<Checkpoint> boundaries,
    List<Checkpoint> handovers) {
  public CheckpointHistory {
    trusted = List.copyOf(trusted);
    found = List.copyOf(found);
    boundaries = List.copyOf(boundaries);
    handovers = List.copyOf(handovers);
  }

  /** The same, with something else that is wrong. */
  public CheckpointHistory with(Discrepancy also) {
    var all = new ArrayList<>(found);
    all.add(also);
    return new CheckpointHistory(trusted, all, boundaries, handovers);
  }

  /** The last that may be believed. */
  public Optional<Checkpoint> newest() {
    return trusted.isEmpty() ? Optional.empty() : Optional.of(trusted.getLast());
  }

  /**
   * Judges notes in the order they were kept. A key is believed when it is known, or when a key
   * that was believed signed a checkpoint that names it as the next; the one that did is believed
   * no more from there on.
   *
   * @param origin whose checkpoints are looked for
   * @param notes as they were kept, damaged or not
   * @param known keys somebody vouches for; only those that bear the log's name sign for it
   */
  public static CheckpointHistory judged(
      String origin, List<String> notes, Collection<VerifierKey> known) {
    var judge = new Judge(origin, known);
    for (int index = 0; index < notes.size(); index++) {
      judge.judge(index + 1, notes.get(index));
    }
    return new CheckpointHistory(judge.trusted, judge.found, judge.boundaries, judge.handovers);
  }

  private static final class Judge {
    private final String origin;
    private final Set<VerifierKey> believed;
    private final Set<VerifierKey> retired = new LinkedHashSet<>();
    private final List<Checkpoint> trusted = new ArrayList<>();
    private final List<Discrepancy> found = new ArrayList<>();
    private final List<Checkpoint> boundaries = new ArrayList<>();
    private final List<Checkpoint> handovers = new ArrayList<>();

    Judge(String origin, Collection<VerifierKey> known) {
      this.origin = origin;
      this.believed = new LinkedHashSet<>();
      known.stream().filter(key -> key.name().equals(origin)).forEach(believed::add);
    }

    void judge(int number, String text) {
      String which = "kept checkpoint " + number + ": ";
      Optional<SignedNote> note = SignedNote.parse(text);
      Optional<Checkpoint> read = note.flatMap(signed -> Checkpoint.parse(signed.text()));
      if (read.isEmpty()) {
        found(Damage.UNREADABLE_CHECKPOINT, which + "it is no signed checkpoint");
        return;
      }
      Checkpoint checkpoint = read.get();
      if (!checkpoint.origin().equals(origin)) {
        found(
            Damage.UNREADABLE_CHECKPOINT,
            which + "it is of " + checkpoint.origin() + " (expected: " + origin + ")");
        return;
      }
      switch (note.get().check(believed)) {
        case SignedNote.Check.Unknown() -> {
          if (note.get().check(retired) instanceof SignedNote.Check.Signed(var by)) {
            found(
                Damage.FORGED_CHECKPOINT,
                checkpoint.size(),
                which + "signed with " + by.getFirst().brief() + ", which was retired before");
          } else {
            found(
                Damage.UNKNOWN_KEY,
                checkpoint.size(),
                which + "signed by " + signers(note.get()) + ", which nobody vouches for");
          }
        }
        case SignedNote.Check.Forged(VerifierKey key) ->
            found(
                Damage.FORGED_CHECKPOINT,
                checkpoint.size(),
                which + "it bears the name of " + key.brief() + ", which did not sign it");
        case SignedNote.Check.Signed(List<VerifierKey> by) ->
            signed(which, note.get(), checkpoint, by);
      }
    }

    private void signed(
        String which, SignedNote note, Checkpoint checkpoint, List<VerifierKey> by) {
      Optional<VerifierKey> next = checkpoint.nextKey();
      if (next.isPresent()
          && !(note.check(Set.of(next.get())) instanceof SignedNote.Check.Signed)) {
        found(
            Damage.FORGED_CHECKPOINT,
            checkpoint.size(),
            which + "the next key " + next.get().brief() + " did not sign it too");
        return;
      }
      if (checkpoint.restored().isPresent() && !isBounded(which, checkpoint)) {
        return;
      }
      if (!trusted.isEmpty()) {
        Checkpoint last = trusted.getLast();
        boolean isAnother =
            checkpoint.size() == last.size() && !checkpoint.root().equals(last.root());
        if (checkpoint.size() < last.size() || isAnother) {
          found(
              Damage.FORKED_CHECKPOINT,
              checkpoint.size(),
              which
                  + (isAnother
                      ? "it covers as many seals as the one before and has another root"
                      : "it covers "
                          + checkpoint.size()
                          + " seals and the one before "
                          + last.size()));
          return;
        }
      }
      trusted.add(checkpoint);
      if (checkpoint.restored().isPresent()) {
        boundaries.add(checkpoint);
      }
      next.ifPresent(key -> {
        handovers.add(checkpoint);
        by.stream().filter(old -> !old.equals(key)).forEach(retired::add);
        believed.removeAll(retired);
        believed.add(key);
      });
    }

    /** It begins where the checkpoint before it ended; what is gone is not looked for any more. */
    private boolean isBounded(String which, Checkpoint boundary) {
      Restoration restored = boundary.restored().orElseThrow();
      boolean follows =
          trusted.isEmpty()
              || (trusted.getLast().size() == restored.from()
                  && trusted.getLast().root().equals(restored.root()));
      if (!follows || boundary.size() < restored.to()) {
        found(
            Damage.FORKED_CHECKPOINT,
            boundary.size(),
            which
                + "it says that the log went back from "
                + restored.from()
                + " seals, and is not of the checkpoint before it");
        return false;
      }
      trusted.removeIf(gone -> gone.size() > restored.to());
      return true;
    }

    private static String signers(SignedNote note) {
      return note.signatures().stream()
          .map(line -> line.name() + "+" + line.keyId().hex())
          .limit(4)
          .reduce((one, other) -> one + ", " + other)
          .orElse("nobody");
    }

    private void found(Damage damage, String sentence) {
      found.add(new Discrepancy(damage, OptionalLong.empty(), OptionalLong.empty(), sentence));
    }

    private void found(Damage damage, long size, String sentence) {
      found.add(new Discrepancy(damage, OptionalLong.of(size), OptionalLong.empty(), sentence));
    }
  }
}
