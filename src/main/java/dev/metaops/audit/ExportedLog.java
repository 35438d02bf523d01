package dev.metaops.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Checks a directory that {@link AuditExport} made, or that somebody else made look like it,
 * without any database. Reads only files whose names it makes itself, follows no link, and needs
 * memory for one bundle.
 */
public final class ExportedLog {
  /** A bundle of 256 rows' images; no larger one is read. */
  private static final long MOST_BUNDLE = 256L << 20;

  private static final long MOST_NOTES = 1L << 30;

  private final Path directory;
  private final Collection<VerifierKey> known;
  private final List<Discrepancy> first = new ArrayList<>();
  private final Map<Damage, Long> counts = new EnumMap<>(Damage.class);

  /**
   * @param known keys somebody vouches for; those in the directory vouch for nothing
   */
  public ExportedLog(Path directory, Collection<VerifierKey> known) {
    this.directory = directory;
    this.known = List.copyOf(known);
  }

  /** Which log it says it is of. */
  public static LogHome home(Path directory) throws IOException {
    Path file = directory.resolve("checkpoint");
    return Files.size(file) <= SignedNote.MOST_TEXT
            && Files.readString(file).startsWith(AuditDirectory.ALL + LogHome.OPS.named(""))
        ? LogHome.OPS
        : LogHome.ORDERS;
  }

  /** What is wrong with it. Empty when it is no export at all. */
  public Optional<AuditReport> check() throws IOException {
    Optional<String> text = read("checkpoint", SignedNote.MOST_TEXT).map(ExportedLog::text);
    Optional<Checkpoint> claimed =
        text.flatMap(SignedNote::parse).flatMap(note -> Checkpoint.parse(note.text()));
    if (claimed.isEmpty()) {
      return Optional.empty();
    }
    Checkpoint newest = claimed.get();
    List<String> notes = new ArrayList<>();
    if (read("checkpoints.jsonl", MOST_NOTES).isPresent()) {
      notes.addAll(AuditDirectory.notes(directory.resolve("checkpoints.jsonl")));
    }
    if (notes.isEmpty() || !notes.getLast().equals(text.get())) {
      notes.add(text.get());
    }
    CheckpointHistory history = CheckpointHistory.judged(newest.origin(), notes, known);
    history.found().forEach(this::add);
    var against = new AgainstCheckpoints(history.trusted(), this::add);
    if (against.isWithoutAny()) {
      found(Damage.NO_CHECKPOINT, OptionalLong.empty(), "no checkpoint in it may be believed");
    }
    return Optional.of(walked(newest, against).with(history.boundaries()));
  }

  private AuditReport walked(Checkpoint newest, AgainstCheckpoints against) throws IOException {
    Bytes chain = AuditChain.START;
    var tiles = new Tiles(this::compareAbove);
    long read = 0;
    for (long index = 0; read < newest.size(); index++) {
      int width = (int) Math.min(Tiles.WIDTH, newest.size() - read);
      Optional<List<Bytes>> hashes = hashes(index, width);
      Optional<List<Bytes>> entries = entries(index, width);
      if (hashes.isEmpty() || entries.isEmpty()) {
        break;
      }
      for (int n = 0; n < width; n++) {
        long seq = read + n + 1;
        Bytes stored = hashes.get().get(n);
        Bytes computed = AuditChain.leaf(entries.get().get(n));
        if (!computed.equals(stored)) {
          found(
              Damage.CONTENT,
              OptionalLong.of(seq),
              "its entry does not hash to its leaf in "
                  + Tiles.path(0, index, width)
                  + ": "
                  + computed.brief()
                  + " (expected: "
                  + stored.brief()
                  + ")");
        }
        against.sealed(seq, OptionalLong.empty(), computed, stored, "");
        tiles.add(stored);
        chain = AuditChain.next(chain, stored);
      }
      read += width;
    }
    if (read == newest.size()) {
      tiles.end();
      against.end(read, OptionalLong.empty());
      if (!chain.equals(newest.chain())) {
        found(
            Damage.LINK,
            OptionalLong.of(read),
            "the hash chain over its leaves ends in "
                + chain.brief()
                + " (expected: "
                + newest.chain().brief()
                + ")");
      }
    }
    return new AuditReport(
        read, 0, 0, Optional.of(new Head(read, chain)), against.coverage(read), first, counts);
  }

  private Optional<List<Bytes>> hashes(long index, int width) throws IOException {
    String name = Tiles.path(0, index, width);
    Optional<byte[]> bytes = read(name, (long) Tiles.WIDTH * MerkleTree.HASH);
    if (bytes.isEmpty() || bytes.get().length != width * MerkleTree.HASH) {
      missing(name);
      return Optional.empty();
    }
    var hashes = new ArrayList<Bytes>();
    Bytes all = Bytes.of(bytes.get());
    for (int n = 0; n < width; n++) {
      hashes.add(all.slice(n * MerkleTree.HASH, (n + 1) * MerkleTree.HASH));
    }
    return Optional.of(hashes);
  }

  private Optional<List<Bytes>> entries(long index, int width) throws IOException {
    String name = Tiles.entries(index, width);
    Optional<List<Bytes>> entries = read(name, MOST_BUNDLE).flatMap(all -> cut(all, 2, width));
    if (entries.isEmpty()) {
      entries =
          read(Tiles.longEntries(index, width), MOST_BUNDLE).flatMap(all -> cut(all, 4, width));
    }
    if (entries.isEmpty()) {
      missing(name);
    }
    return entries;
  }

  /** Empty when these are not that many entries. */
  private static Optional<List<Bytes>> cut(byte[] bundle, int lengthBytes, int width) {
    var entries = new ArrayList<Bytes>();
    ByteBuffer rest = ByteBuffer.wrap(bundle);
    while (entries.size() < width) {
      if (rest.remaining() < lengthBytes) {
        return Optional.empty();
      }
      int length = lengthBytes == 2 ? Short.toUnsignedInt(rest.getShort()) : rest.getInt();
      if (length < 0 || length > rest.remaining()) {
        return Optional.empty();
      }
      byte[] entry = new byte[length];
      rest.get(entry);
      entries.add(Bytes.of(entry));
    }
    return rest.hasRemaining() ? Optional.empty() : Optional.of(entries);
  }

  /** The lowest tiles were read; those above have to be what they hash to. */
  private void compareAbove(int level, long index, List<Bytes> hashes) throws IOException {
    if (level == 0) {
      return;
    }
    String name = Tiles.path(level, index, hashes.size());
    Optional<byte[]> bytes = read(name, (long) Tiles.WIDTH * MerkleTree.HASH);
    if (bytes.isEmpty()) {
      missing(name);
      return;
    }
    Bytes whole = Bytes.of(bytes.get());
    int length = MerkleTree.HASH;
    for (int n = 0; n < hashes.size(); n++) {
      if (whole.length() != hashes.size() * length
          || !whole.slice(n * length, (n + 1) * length).equals(hashes.get(n))) {
        found(
            Damage.TILE,
            OptionalLong.empty(),
            name + " is not what the tiles below it hash to, at hash " + n);
        return;
      }
    }
  }

  private void missing(String name) {
    found(Damage.MISSING_TILE, OptionalLong.empty(), name + " is not there or not of its kind");
  }

  /** Empty when it is no plain file here, or larger than it may be. */
  private Optional<byte[]> read(String name, long most) throws IOException {
    Path file = directory;
    for (Path part : Path.of(name)) {
      if (Files.isSymbolicLink(file) && !file.equals(directory)) {
        return Optional.empty();
      }
      file = file.resolve(part);
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > most) {
      return Optional.empty();
    }
    return Optional.of(Files.readAllBytes(file));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void found(Damage damage, OptionalLong seq, String sentence) {
    add(new Discrepancy(damage, seq, OptionalLong.empty(), sentence));
  }

  private void add(Discrepancy discrepancy) {
    counts.merge(discrepancy.damage(), 1L, Long::sum);
    if (first.size() < AuditChain.MOST_NAMED) {
      first.add(discrepancy);
    }
  }
}
