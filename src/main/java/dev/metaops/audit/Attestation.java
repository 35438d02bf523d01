package dev.metaops.audit;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some records of a log, each with its proof of inclusion under one checkpoint, for somebody who
 * has no database.
 *
 * @param notes the checkpoints at which keys changed hands, and the newest as the last
 * @param keys every public key that signed here, a line each
 * @param proofs by seal, from 1: each a C2SP tlog-proof
 */
public record Attestation(
    Checkpoint checkpoint, List<SignedNote> notes, String keys, SortedMap<Long, String> proofs) {
  private static final int PAGE = 5_000;

  public Attestation {
    notes = List.copyOf(notes);
    proofs = new TreeMap<>(proofs);
  }

  /** What came of it. */
  public sealed interface Outcome {
    record Made(Attestation attestation) implements Outcome {}

    /** The checkpoint does not cover all of these yet, or there is none. */
    record NotCovered(String why) implements Outcome {}

    /** Nothing was ever recorded. */
    record Empty() implements Outcome {}

    /** The records are not those the checkpoint covers. */
    record Damaged(String why) implements Outcome {}
  }

  /** A part of the log: the leaves {@code from} up to {@code to}, which is not in it. */
  private record Part(long from, long to) {}

  /**
   * Reads every leaf that the newest checkpoint covers once, in memory for a few hashes.
   *
   * @param seals from 1
   */
  public static Outcome of(RecordStore records, AuditDirectory kept, Collection<Long> seals)
      throws SQLException, IOException {
    CheckpointHistory history = kept.history();
    Optional<Checkpoint> newest = history.newest();
    if (newest.isEmpty()) {
      return records.leavesAfter(0, 1).isEmpty()
          ? new Outcome.Empty()
          : new Outcome.NotCovered("no checkpoint is kept here");
    }
    long size = newest.get().size();
    Optional<Long> later = seals.stream().filter(seal -> seal > size).findFirst();
    if (later.isPresent()) {
      return new Outcome.NotCovered("no checkpoint covers record " + later.get() + " yet");
    }
    Map<Part, MerkleTree> parts = new HashMap<>();
    for (long seal : seals) {
      MerkleProof.inclusion(
          seal - 1,
          size,
          (from, to) -> {
            parts.put(new Part(from, to), new MerkleTree());
            return MerkleTree.EMPTY;
          });
    }
    MerkleTree whole = filled(records, size, parts);
    if (whole.size() != size || !whole.root().equals(newest.get().root())) {
      return new Outcome.Damaged(
          "the records are not those the checkpoint of "
              + newest.get().at()
              + " covers: metaops audit verify names them");
    }
    List<SignedNote> notes = notes(kept, history, newest.get());
    var proofs = new TreeMap<Long, String>();
    for (long seal : seals) {
      List<Bytes> path =
          MerkleProof.inclusion(
              seal - 1,
              size,
              (from, to) -> parts.getOrDefault(new Part(from, to), new MerkleTree()).root());
      proofs.put(seal, proof(seal - 1, path, notes.getLast()));
    }
    var keys = new StringBuilder();
    kept.keys().forEach(key -> keys.append(key.text()).append('\n'));
    return new Outcome.Made(new Attestation(newest.get(), notes, keys.toString(), proofs));
  }

  private static MerkleTree filled(RecordStore records, long size, Map<Part, MerkleTree> parts)
      throws SQLException {
    var whole = new MerkleTree();
    while (whole.size() < size) {
      int limit = (int) Math.min(PAGE, size - whole.size());
      List<SealedLeaf> page = records.leavesAfter(whole.size(), limit);
      for (SealedLeaf leaf : page) {
        if (leaf.seq() != whole.size() + 1) {
          return whole; // One is missing: the caller sees it by the size.
        }
        long place = whole.size();
        parts.forEach((part, tree) -> {
          if (part.from() <= place && place < part.to()) {
            tree.add(leaf.leaf());
          }
        });
        whole.add(leaf.leaf());
      }
      if (page.isEmpty()) {
        return whole;
      }
    }
    return whole;
  }

  private static List<SignedNote> notes(
      AuditDirectory kept, CheckpointHistory history, Checkpoint newest) throws IOException {
    var notes = new ArrayList<SignedNote>();
    Optional<SignedNote> last = Optional.empty();
    for (String text : kept.notes()) {
      Optional<SignedNote> note = SignedNote.parse(text);
      Optional<Checkpoint> checkpoint = note.flatMap(signed -> Checkpoint.parse(signed.text()));
      if (checkpoint.equals(Optional.of(newest))) {
        last = note;
      } else if (checkpoint.filter(history.handovers()::contains).isPresent()) {
        notes.add(note.get());
      }
    }
    last.ifPresent(notes::add);
    return notes;
  }

  private static String proof(long index, List<Bytes> path, SignedNote note) {
    var proof = new StringBuilder("c2sp.org/tlog-proof@v1\nindex " + index + "\n");
    path.forEach(hash -> proof.append(hash.base64()).append('\n'));
    return proof.append('\n').append(note.encoded()).toString();
  }

  /** What a tlog-proof says, its note apart. */
  public record Path(long index, List<Bytes> hashes) {
    public Path {
      hashes = List.copyOf(hashes);
    }

    /**
     * Reads a tlog-proof under this very note; empty when it is none.
     *
     * @param note as it is encoded
     */
    public static Optional<Path> parse(String proof, String note) {
      int blank = proof.indexOf("\n\n");
      List<String> lines = blank < 0 ? List.of() : proof.substring(0, blank).lines().toList();
      if (lines.size() < 2
          || !proof.substring(blank + 2).equals(note)
          || !lines.getFirst().equals("c2sp.org/tlog-proof@v1")
          || !lines.get(1).matches("index [0-9]{1,18}")) {
        return Optional.empty();
      }
      try {
        return Optional.of(
            new Path(
                Long.parseLong(lines.get(1).substring("index ".length())),
                lines.stream().skip(2).map(Bytes::ofBase64).toList()));
      } catch (IllegalArgumentException notBase64) {
        return Optional.empty();
      }
    }

    /** Whether it leads from this record's text to the checkpoint's root. */
    public boolean holds(byte[] entry, Checkpoint checkpoint) {
      return MerkleProof.includes(
          checkpoint.root(), checkpoint.size(), index, AuditChain.leaf(Bytes.of(entry)), hashes);
    }
  }

  /**
   * Signs a text that is no checkpoint with the key that signs checkpoints now. Empty while another
   * process keeps one.
   */
  public static Optional<SignedNote> sign(AuditDirectory kept, String text) throws IOException {
    // It could be taken for a checkpoint.
    if (text.startsWith(AuditDirectory.ALL)) {
      throw new IllegalArgumentException("text: begins as a checkpoint does");
    }
    return kept.locked(() -> SignedNote.sign(text, kept.key()));
  }
}
