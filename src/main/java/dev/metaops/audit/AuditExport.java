package dev.metaops.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A log as a C2SP tlog-tiles directory: {@code checkpoint}, {@code tile/…}, and beside them every
 * kept checkpoint and public key. It is there as a whole or not at all. Names are made of numbers
 * only.
 */
public final class AuditExport {
  private static final int LONGEST_ENTRY = 0xffff;

  private final Path target;
  private final Path beside;
  private final AuditDirectory kept;

  /** Touches nothing yet. */
  public AuditExport(Path target, AuditDirectory kept) {
    this.target = target.toAbsolutePath().normalize();
    this.beside = this.target.resolveSibling(this.target.getFileName() + ".unfinished");
    this.kept = kept;
  }

  /** What came of it. */
  public sealed interface Outcome {
    /**
     * It is there.
     *
     * @param longEntries records too long for bundles of the specification
     */
    record Written(Checkpoint checkpoint, long longEntries) implements Outcome {}

    /** There is nothing to export, or the directory is taken. */
    record Refused(String why) implements Outcome {}

    /** The records are not those the checkpoint covers; nothing was left behind. */
    record Damaged(String why) implements Outcome {}
  }

  /** Writes what the newest checkpoint covers. */
  public Outcome write(RecordStore records) throws SQLException, IOException {
    Optional<SignedNote> note = newestNote();
    Optional<Checkpoint> newest = kept.history().newest();
    if (newest.isEmpty() || note.isEmpty()) {
      return new Outcome.Refused("no checkpoint is kept here, so there is nothing to export");
    }
    if (isTaken(target)) {
      return new Outcome.Refused(target + " is there already and not an empty directory");
    }
    Files.createDirectories(Optional.ofNullable(beside.getParent()).orElse(Path.of("/")));
    try {
      Files.createDirectory(beside);
    } catch (FileAlreadyExistsException unfinished) {
      return new Outcome.Refused(
          beside + " is there: another export runs, or one was killed (then remove it)");
    }
    try {
      Outcome outcome = written(records, newest.get(), note.get());
      if (outcome instanceof Outcome.Written) {
        Files.deleteIfExists(target);
        Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        sync(Optional.ofNullable(target.getParent()).orElse(Path.of("/")));
      }
      return outcome;
    } finally {
      removeUnfinished();
    }
  }

  private Optional<SignedNote> newestNote() throws IOException {
    Optional<Checkpoint> newest = kept.history().newest();
    return kept.notes().reversed().stream()
        .flatMap(text -> SignedNote.parse(text).stream())
        .filter(note -> Checkpoint.parse(note.text()).equals(newest))
        .findFirst();
  }

  /** Whether something is there that is no empty directory. */
  public static boolean isTaken(Path target) throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try (Stream<Path> inside = Files.list(target)) {
      return inside.findAny().isPresent();
    }
  }

  private Outcome written(RecordStore records, Checkpoint checkpoint, SignedNote note)
      throws SQLException, IOException {
    var bundles = new Bundles();
    var tree = new MerkleTree();
    var tiles =
        new Tiles((level, index, hashes) ->
            file(Tiles.path(level, index, hashes.size()), joined(hashes)));
    records.eachSealed(
        checkpoint.size(),
        (_, _, entry) -> {
          Bytes leaf = AuditChain.leaf(entry);
          tree.add(leaf);
          tiles.add(leaf);
          bundles.add(entry);
        });
    tiles.end();
    bundles.end();
    if (tree.size() != checkpoint.size() || !tree.root().equals(checkpoint.root())) {
      return new Outcome.Damaged(
          "the records are not those the checkpoint of "
              + checkpoint.at()
              + " covers: metaops audit verify names them");
    }
    file("checkpoint", note.encoded().getBytes(StandardCharsets.UTF_8));
    file("checkpoints.jsonl", lines(checkpoint).getBytes(StandardCharsets.UTF_8));
    file("keys", keys().getBytes(StandardCharsets.UTF_8));
    return new Outcome.Written(checkpoint, bundles.longEntries);
  }

  /**
   * Every kept checkpoint that is no larger or that a boundary gave up, damaged ones as they are.
   */
  private String lines(Checkpoint upTo) throws IOException {
    var lines = new StringBuilder();
    List<String> notes = kept.notes();
    int boundary = lastBoundary(notes);
    int index = 0;
    for (String text : notes) {
      boolean isGivenUp = index++ < boundary;
      if (checkpoint(text).filter(each -> isGivenUp || each.size() <= upTo.size()).isPresent()) {
        lines.append(AuditDirectory.line(SignedNote.parse(text).orElseThrow()));
      }
    }
    return lines.toString();
  }

  /** Its place among the notes; -1 without one. */
  private static int lastBoundary(List<String> notes) {
    for (int index = notes.size() - 1; index >= 0; index--) {
      if (checkpoint(notes.get(index)).flatMap(Checkpoint::restored).isPresent()) {
        return index;
      }
    }
    return -1;
  }

  private static Optional<Checkpoint> checkpoint(String note) {
    return SignedNote.parse(note).flatMap(signed -> Checkpoint.parse(signed.text()));
  }

  private String keys() throws IOException {
    var lines = new StringBuilder();
    kept.keys().forEach(key -> lines.append(key.text()).append('\n'));
    return lines.toString();
  }

  private static byte[] joined(List<Bytes> hashes) {
    var joined = new ByteArrayOutputStream();
    hashes.forEach(hash -> joined.writeBytes(hash.toArray()));
    return joined.toByteArray();
  }

  /** Entries on their way into bundles. */
  private final class Bundles {
    private final List<Bytes> entries = new ArrayList<>(Tiles.WIDTH);
    private long index;
    private long longEntries;

    void add(Bytes entry) throws IOException {
      entries.add(entry);
      if (entries.size() == Tiles.WIDTH) {
        end();
      }
    }

    void end() throws IOException {
      if (entries.isEmpty()) {
        return;
      }
      long tooLong = entries.stream().filter(entry -> entry.length() > LONGEST_ENTRY).count();
      longEntries += tooLong;
      file(
          tooLong == 0
              ? Tiles.entries(index, entries.size())
              : Tiles.longEntries(index, entries.size()),
          bundle(tooLong == 0 ? Short.BYTES : Integer.BYTES));
      entries.clear();
      index++;
    }

    private byte[] bundle(int lengthBytes) {
      var bundle = new ByteArrayOutputStream();
      for (Bytes entry : entries) {
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(entry.length()).array();
        bundle.write(length, Integer.BYTES - lengthBytes, lengthBytes);
        bundle.writeBytes(entry.toArray());
      }
      return bundle.toByteArray();
    }
  }

  private void file(String name, byte[] content) throws IOException {
    Path file = beside.resolve(name);
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(beside));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (!name.startsWith("tile/")) {
        channel.force(true);
      }
    }
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private void removeUnfinished() throws IOException {
    if (!Files.exists(beside)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> found = Files.walk(beside)) {
      all = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
