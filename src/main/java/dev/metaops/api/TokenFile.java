package dev.metaops.api;

import dev.metaops.config.Secret;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** The token of a data directory: made once, 256 bits, readable by its owner alone. */
final class TokenFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(OWNER_ONLY);
  private static final int BYTES = 32;
  private static final int MOST_BYTES = 400;

  private final Path file;

  TokenFile(Path dataDirectory) {
    this.file = dataDirectory.resolve("http-token");
  }

  Path file() {
    return file;
  }

  /**
   * What the file holds; it is made where there is none. Of two processes that make it at once both
   * have the same.
   *
   * @throws IOException also when the file holds no token, or others may read it; the message says
   *     what to do
   */
  Secret token() throws IOException {
    try {
      return read();
    } catch (NoSuchFileException absent) {
      make();
      return read();
    }
  }

  private Secret read() throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it is too large for a token (rm it; another is made)");
    }
    if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
      throw new IOException("others than its owner may read it (rm it; another is made)");
    }
    String text = Files.readString(file).strip();
    if (!text.matches("[A-Za-z0-9._~+/=-]{16,200}")) {
      throw new IOException("it holds no token (rm it; another is made)");
    }
    return new Secret(text);
  }

  private void make() throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path unfinished = Files.createTempFile(directory, ".http-token", ".new", PRIVATE);
    try {
      Files.writeString(unfinished, fresh() + "\n");
      Files.createLink(file, unfinished);
    } catch (FileAlreadyExistsException another) {
      // Somebody else's counts.
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static String fresh() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
