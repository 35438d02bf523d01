package dev.metaops.journal;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code journal.jsonl} in the data directory: one JSON object a line, appended and fsynced, mode
 * 0600. A line is an entry, or says that an entry was merged. Any number of processes may use it.
 * Thread-safe.
 */
public final class Journal {
  /** From here on a journal whose entries are all merged is put aside and begun anew. */
  static final long MAX_BYTES = 1L << 20;

  /** No journal becomes larger than this, but by freezes and their lifting. */
  static final long MOST_BYTES = 16L << 20;

  private static final Duration LOCKED_AT_MOST = Duration.ofSeconds(2);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final Path lock;
  private final Ticker ticker;

  /** Touches nothing yet. */
  public Journal(Path directory, Ticker ticker) {
    this.file = directory.resolve("journal.jsonl");
    this.lock = directory.resolve("journal.lock");
    this.ticker = ticker;
  }

  public Path file() {
    return file;
  }

  /**
   * On the disk when this returns.
   *
   * @throws JournalUnavailable also when 16 MB wait to be merged and this is neither a freeze nor
   *     its lifting
   */
  public JournalEntry append(JournalKind kind, String actor, Map<String, String> body)
      throws JournalUnavailable {
    return locked(() -> {
      Lines lines = lines();
      if (!kind.isFreeze() && lines.bytes() > MOST_BYTES) {
        throw new IOException(
            "it is full: 16 MB wait for a database (metaops serve merges them once it answers)");
      }
      Instant now = ticker.now();
      Instant at = lines.latest().filter(now::isBefore).orElse(now);
      var entry = new JournalEntry(UUID.randomUUID().toString(), at, kind, actor, body);
      write(lines, line(json(entry)));
      return entry;
    });
  }

  /** What no database knows yet. Waits for nobody; an absent journal is an empty one. */
  public JournalReading read() throws JournalUnavailable {
    try {
      return lines().reading();
    } catch (IOException e) {
      throw new JournalUnavailable(file, e);
    }
  }

  /** A database holds the entry now. Idempotent. */
  public void markMerged(String id) throws JournalUnavailable {
    markMerged(List.of(id));
  }

  /**
   * A database holds all of these now. Idempotent; after a crash some may be marked and not all.
   */
  public void markMerged(Collection<String> ids) throws JournalUnavailable {
    locked(() -> {
      Lines lines = lines();
      String at = ticker.now().toString();
      var text = new StringBuilder();
      for (String id : ids) {
        if (lines.unmerged().containsKey(id)) {
          text.append(line(JSON.createObjectNode().put("merged", id).put("at", at)));
        }
      }
      if (!text.isEmpty()) {
        write(lines, text.toString());
        putAsideWhenLarge();
      }
      return ids;
    });
  }

  private static String line(ObjectNode json) {
    return JSON.writeValueAsString(json) + "\n";
  }

  private static ObjectNode json(JournalEntry entry) {
    ObjectNode line =
        JSON.createObjectNode()
            .put("id", entry.id())
            .put("at", entry.at().toString())
            .put("kind", entry.kind().word())
            .put("actor", entry.actor());
    ObjectNode body = line.putObject("body");
    entry.body().forEach(body::put);
    return line;
  }

  /** What stands in the file. {@code ending} says whether its last line was finished. */
  private record Lines(
      Map<String, JournalEntry> unmerged,
      Optional<Instant> latest,
      int unreadable,
      Set<String> foreign,
      Ending ending,
      long bytes) {
    JournalReading reading() {
      return new JournalReading(List.copyOf(unmerged.values()), unreadable, foreign.size());
    }
  }

  private enum Ending {
    WHOLE,
    TORN
  }

  private Lines lines() throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      bytes = new byte[0];
    }
    Map<String, JournalEntry> unmerged = new LinkedHashMap<>();
    Optional<Instant> latest = Optional.empty();
    int unreadable = 0;
    Set<String> foreign = new HashSet<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
      if (line.isEmpty()) {
        continue;
      }
      try {
        JsonNode json = JSON.readTree(line);
        if (json.has("merged")) {
          String id = json.required("merged").stringValue();
          unmerged.remove(id);
          foreign.remove(id);
          continue;
        }
        if (JournalKind.of(json.required("kind").stringValue()).isEmpty()) {
          foreign.add(json.required("id").stringValue());
          continue;
        }
        JournalEntry entry = entry(json);
        unmerged.put(entry.id(), entry);
        latest = Optional.of(entry.at());
      } catch (JacksonException | java.time.DateTimeException torn) {
        unreadable++;
      }
    }
    boolean isWhole = bytes.length == 0 || bytes[bytes.length - 1] == '\n';
    return new Lines(
        unmerged, latest, unreadable, foreign, isWhole ? Ending.WHOLE : Ending.TORN, bytes.length);
  }

  private static JournalEntry entry(JsonNode json) {
    Map<String, String> body = new LinkedHashMap<>();
    json.required("body")
        .properties()
        .forEach(part -> body.put(part.getKey(), part.getValue().stringValue()));
    return new JournalEntry(
        json.required("id").stringValue(),
        Instant.parse(json.required("at").stringValue()),
        JournalKind.of(json.required("kind").stringValue()).orElseThrow(),
        json.required("actor").stringValue(),
        body);
  }

  /** A torn line is ended first, so that it spoils no other. */
  private void write(Lines lines, String wholeLines) throws IOException {
    String text = (lines.ending() == Ending.TORN ? "\n" : "") + wholeLines;
    boolean isNew = !Files.exists(file);
    try (FileChannel channel = open(file, Set.of(StandardOpenOption.APPEND))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    if (isNew) {
      syncDirectory();
    }
  }

  private void putAsideWhenLarge() throws IOException {
    Lines left = lines();
    if (left.bytes() > MAX_BYTES && left.unmerged().isEmpty() && left.foreign().isEmpty()) {
      Files.move(
          file,
          file.resolveSibling("journal.1.jsonl"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      syncDirectory();
    }
  }

  private void syncDirectory() throws IOException {
    try (FileChannel directory = FileChannel.open(directory(), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private Path directory() {
    return Optional.ofNullable(file.getParent()).orElse(Path.of("."));
  }

  private interface Change<T> {
    T make() throws IOException;
  }

  /** One writer at a time, of this process and of all others. */
  private <T> T locked(Change<T> change) throws JournalUnavailable {
    Deadline deadline = Deadline.in(LOCKED_AT_MOST, ticker);
    try {
      Files.createDirectories(directory());
      try (FileChannel channel = open(lock, Set.of(StandardOpenOption.WRITE))) {
        while (true) {
          Optional<FileLock> held = tryLock(channel);
          if (held.isPresent()) {
            try (FileLock _ = held.get()) {
              return change.make();
            }
          }
          if (deadline.hasPassed()) {
            throw new JournalUnavailable(
                file, "another process has held its lock for 2 s (who: fuser " + lock + ")");
          }
          ticker.rest(BETWEEN_TRIES);
        }
      }
    } catch (IOException e) {
      throw new JournalUnavailable(file, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JournalUnavailable(file, "we are stopping");
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException ours) {
      return Optional.empty(); // another thread of this process
    }
  }

  private static FileChannel open(Path path, Set<StandardOpenOption> how) throws IOException {
    List<StandardOpenOption> options = new ArrayList<>(how);
    options.add(StandardOpenOption.CREATE);
    return FileChannel.open(path, Set.copyOf(options), ownerOnly());
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
