package dev.metaops.intervention;

import dev.metaops.plan.SigningKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The private key of whoever uses this data directory: three lines, readable by nobody else. */
public final class PersonKeyFile {
  private static final int MOST_BYTES = 4096;

  private final Path file;

  public PersonKeyFile(Path dataDirectory) {
    this.file = dataDirectory.resolve("person.key");
  }

  /** What the file holds. */
  public sealed interface Held {
    record Key(SigningKey key) implements Held {}

    record None() implements Held {}

    /** One sentence, without anything of the key. */
    record Unusable(String why) implements Held {}
  }

  Path file() {
    return file;
  }

  public Held read() {
    try {
      if (Files.size(file) > MOST_BYTES) {
        return new Held.Unusable(file + ": no key (expected: at most " + MOST_BYTES + " bytes)");
      }
      if (isOpenToOthers()) {
        return new Held.Unusable(
            file + ": others may read it, so it may be anybody's (make another; chmod 600)");
      }
      return parsed(Files.readString(file))
          .<Held>map(Held.Key::new)
          .orElseGet(
              () -> new Held.Unusable(file + ": no key (expected: as metaops people key made it)"));
    } catch (NoSuchFileException absent) {
      return new Held.None();
    } catch (IOException e) {
      return new Held.Unusable(file + ": " + e.getClass().getSimpleName());
    }
  }

  /**
   * On the disk when this returns; what is there is never written over.
   *
   * @throws FileAlreadyExistsException when there is one
   */
  void write(SigningKey key) throws IOException {
    Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(Path.of(".")));
    String text =
        "person: "
            + key.person()
            + "\npublic: "
            + key.publicKey().text()
            + "\nprivate: "
            + key.secret()
            + "\n";
    try (FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static Optional<SigningKey> parsed(String text) {
    Map<String, String> lines = new HashMap<>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        lines.put(line.substring(0, colon), line.substring(colon + 2).strip());
      }
    }
    return SigningKey.of(
        lines.getOrDefault("person", ""),
        lines.getOrDefault("public", ""),
        lines.getOrDefault("private", ""));
  }

  private boolean isOpenToOthers() throws IOException {
    if (!isPosix()) {
      return false;
    }
    return Files.getPosixFilePermissions(file).stream()
        .anyMatch(permission ->
            permission != PosixFilePermission.OWNER_READ
                && permission != PosixFilePermission.OWNER_WRITE);
  }

  private static FileAttribute<?>[] ownerOnly() {
    return isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }
}
