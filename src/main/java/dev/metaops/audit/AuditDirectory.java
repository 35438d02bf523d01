package dev.metaops.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is kept of one log outside its database, in {@code audit/ID} of the data directory, of our
 * own store in {@code audit/ops/ID}: {@code key}, the private key, mode 0600; {@code keys}, every
 * public key that ever signed, a line each; {@code checkpoints.jsonl}, a line each, only ever
 * appended to; {@code databases}, a line for each it was seen in. What a method wrote is on the
 * disk when it returns. Any number of processes may use it; {@link #locked} keeps two from writing
 * at once.
 */
public final class AuditDirectory {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final String NOTE = "note";

  /** How the name of every log begins. */
  static final String ALL = "metaops.audit/";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path dataDirectory;
  private final LogHome home;
  private final String logId;
  private final Path directory;

  private AuditDirectory(Path dataDirectory, LogHome home, String logId) {
    this.dataDirectory = dataDirectory;
    this.home = home;
    this.logId = logId;
    this.directory = dataDirectory.resolve("audit").resolve(home.named(logId));
  }

  /** Of the log of an orders database; touches nothing yet. */
  public static AuditDirectory of(Path dataDirectory, String logId) throws IOException {
    return of(dataDirectory, LogHome.ORDERS, logId);
  }

  /**
   * Touches nothing yet.
   *
   * @param logId as the database calls its log
   * @throws IOException when that is no name for a directory
   */
  public static AuditDirectory of(Path dataDirectory, LogHome home, String logId)
      throws IOException {
    if (!ID.matcher(logId).matches()) {
      throw new IOException(
          "the log's id is not 32 hex digits: " + home.sql("{log}.audit_log") + " was changed");
    }
    return new AuditDirectory(dataDirectory, home, logId);
  }

  /** Of the log in this database; touches nothing yet. */
  public static AuditDirectory of(Path dataDirectory, RecordStore records)
      throws SQLException, IOException {
    return of(dataDirectory, records.home(), records.logId());
  }

  /** Every log of that kind that is kept here. */
  private static List<AuditDirectory> all(Path dataDirectory, LogHome home) throws IOException {
    Path all = dataDirectory.resolve("audit").resolve(home.named(""));
    var found = new ArrayList<AuditDirectory>();
    if (Files.isDirectory(all)) {
      try (DirectoryStream<Path> logs = Files.newDirectoryStream(all)) {
        for (Path log : logs) {
          String id = String.valueOf(log.getFileName());
          if (ID.matcher(id).matches()) {
            found.add(of(dataDirectory, home, id));
          }
        }
      }
    }
    return found;
  }

  /** Where logs of that kind are kept here. Sorted. */
  public static List<Path> kept(Path dataDirectory, LogHome home) throws IOException {
    return all(dataDirectory, home).stream().map(AuditDirectory::path).sorted().toList();
  }

  /** The public keys of every log that is kept here. */
  public static List<VerifierKey> allKeys(Path dataDirectory) throws IOException {
    var keys = new ArrayList<VerifierKey>();
    for (LogHome home : LogHome.values()) {
      for (AuditDirectory log : all(dataDirectory, home)) {
        keys.addAll(log.keys());
      }
    }
    return List.copyOf(keys);
  }

  /**
   * The other logs that are kept beside this one: of other databases, or of this one before
   * somebody changed its log's name. Sorted.
   */
  public static List<Path> beside(AuditDirectory kept) throws IOException {
    return kept(kept.dataDirectory, kept.home).stream()
        .filter(path -> !path.equals(kept.path()))
        .toList();
  }

  /** The other logs that are kept beside this one of the very same database. Sorted. */
  public static List<Path> before(AuditDirectory kept, String database) throws IOException {
    var found = new ArrayList<Path>();
    for (AuditDirectory log : all(kept.dataDirectory, kept.home)) {
      if (!log.path().equals(kept.path()) && log.databases().contains(database)) {
        found.add(log.path());
      }
    }
    return found.stream().sorted().toList();
  }

  /** In which databases the log was seen: its own, and those it was restored to. */
  private List<String> databases() throws IOException {
    return lines(directory.resolve("databases"));
  }

  /** The log was seen in that database. Only within {@link #locked}. */
  void seenIn(String database) throws IOException {
    if (!databases().contains(database)) {
      append(directory.resolve("databases"), database + "\n");
    }
  }

  public Path path() {
    return directory;
  }

  /** The name of the log and of the keys that sign for it. */
  public String origin() {
    return ALL + home.named(logId);
  }

  /** Every public key that signed here. */
  public List<VerifierKey> keys() throws IOException {
    var keys = new ArrayList<VerifierKey>();
    for (String line : lines(directory.resolve("keys"))) {
      try {
        keys.add(VerifierKey.parse(line));
      } catch (IllegalArgumentException damaged) {
        throw new IOException(
            directory.resolve("keys") + ": " + line + " is not " + damaged.getMessage(), damaged);
      }
    }
    return List.copyOf(keys);
  }

  /** Every kept checkpoint as it was written; a line that is damaged stays in as it is. */
  public List<String> notes() throws IOException {
    return notes(directory.resolve("checkpoints.jsonl"));
  }

  static List<String> notes(Path file) throws IOException {
    var notes = new ArrayList<String>();
    for (String line : lines(file)) {
      notes.add(note(line));
    }
    return List.copyOf(notes);
  }

  static String note(String line) {
    try {
      return JSON.readTree(line).path(NOTE).asString(line);
    } catch (JacksonException _) {
      return line;
    }
  }

  /** One line of {@code checkpoints.jsonl}. */
  static String line(SignedNote note) {
    return JSON.writeValueAsString(JSON.createObjectNode().put(NOTE, note.encoded())) + "\n";
  }

  /** What may be believed of what is kept, by the keys that are kept beside it. */
  public CheckpointHistory history() throws IOException {
    return CheckpointHistory.judged(origin(), notes(), keys());
  }

  /** How long the file of checkpoints is: another length, another content. */
  long length() throws IOException {
    Path file = directory.resolve("checkpoints.jsonl");
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** The key that signs now; made at its first use. Only within {@link #locked}. */
  SigningKey key() throws IOException {
    finishReplacing();
    Path file = directory.resolve("key");
    try {
      return SigningKey.parse(Files.readString(file));
    } catch (NoSuchFileException first) {
      SigningKey made = SigningKey.generate(origin());
      prepareKey(made);
      adoptKey();
      return made;
    } catch (IllegalArgumentException damaged) {
      throw new IOException(file + ": not " + damaged.getMessage(), damaged);
    }
  }

  /** A crash may come between the checkpoint that names the next key and its becoming the key. */
  private void finishReplacing() throws IOException {
    Path prepared = directory.resolve("key.next");
    if (!Files.exists(prepared)) {
      return;
    }
    try {
      VerifierKey next = SigningKey.parse(Files.readString(prepared)).verifier();
      if (history().trusted().stream().anyMatch(each -> each.nextKey().equals(Optional.of(next)))) {
        adoptKey();
      }
    } catch (IllegalArgumentException torn) {
      Files.delete(prepared); // It never signed anything.
    }
  }

  /** It is kept, and its public key is known, before anything names it. */
  void prepareKey(SigningKey next) throws IOException {
    append(directory.resolve("keys"), next.verifier().text() + "\n");
    Path fresh = directory.resolve("key.next");
    Files.deleteIfExists(fresh);
    write(fresh, next.secretText(), StandardOpenOption.CREATE_NEW);
    syncDirectory();
  }

  /** The prepared key signs from now on; the private key before it is gone. */
  void adoptKey() throws IOException {
    Files.move(
        directory.resolve("key.next"),
        directory.resolve("key"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    syncDirectory();
  }

  /** Only within {@link #locked}. */
  void append(SignedNote note) throws IOException {
    append(directory.resolve("checkpoints.jsonl"), line(note));
  }

  /** A line that a crash tore is ended first, so that it spoils no other. */
  private void append(Path file, String line) throws IOException {
    boolean isNew = !Files.exists(file);
    write(file, (isTorn(file) ? "\n" : "") + line, StandardOpenOption.APPEND);
    if (isNew) {
      syncDirectory();
    }
  }

  private static boolean isTorn(Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, channel.size() - 1);
      return last.get(0) != '\n';
    }
  }

  private static void write(Path file, String text, StandardOpenOption how) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, how),
            mode("rw-------"))) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static FileAttribute<?> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }

  private void syncDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static List<String> lines(Path file) throws IOException {
    var lines = new ArrayList<String>();
    try (var reader =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (Optional<String> line = next(reader); line.isPresent(); line = next(reader)) {
        if (!line.get().isEmpty()) {
          lines.add(line.get());
        }
      }
    } catch (NoSuchFileException absent) {
      return List.of();
    }
    return lines;
  }

  private static Optional<String> next(BufferedReader reader) throws IOException {
    return Optional.ofNullable(reader.readLine());
  }

  /** What is done while nobody else writes. */
  @FunctionalInterface
  interface Work<T> {
    T done() throws IOException;
  }

  /** Empty, and nothing done, while another process or thread is at it. */
  <T> Optional<T> locked(Work<T> work) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, mode("rwx------"));
      syncParents();
    }
    try (FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            mode("rw-------"))) {
      Optional<FileLock> held = tryLock(channel);
      if (held.isEmpty()) {
        return Optional.empty();
      }
      try (FileLock _ = held.get()) {
        return Optional.of(work.done());
      }
    }
  }

  private void syncParents() throws IOException {
    for (Path parent = directory.getParent();
        parent != null && parent.startsWith(dataDirectory);
        parent = parent.getParent()) {
      try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException ours) {
      return Optional.empty();
    }
  }
}
