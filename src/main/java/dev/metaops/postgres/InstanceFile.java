package dev.metaops.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code instance.json}, mode 0600: how to reach the server, and the only copy of its password.
 * Replaced as a whole and synced, so that no crash leaves half of it. Read and written by hand: a
 * short command cannot afford a JSON library for five known fields.
 */
record InstanceFile(Path path) {
  private static final Pattern FIELD =
      Pattern.compile("\"(\\w+)\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|(\\d{1,18}))");

  /** Empty when there is no such file, or it does not hold the five fields. */
  Optional<Instance> read() throws IOException {
    String text;
    try {
      text = Files.readString(path);
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
    String host = "";
    String user = "";
    String password = "";
    int port = 0;
    long pid = 0;
    Matcher field = FIELD.matcher(text);
    while (field.find()) {
      String word = field.group(2) == null ? "" : field.group(2);
      long number = field.group(3) == null ? 0 : Long.parseLong(field.group(3));
      switch (field.group(1)) {
        case "host" -> host = word;
        case "user" -> user = word;
        case "password" -> password = word;
        case "port" -> port = (int) Math.min(number, 65_535);
        case "pid" -> pid = number;
        default -> {}
      }
    }
    return host.isEmpty() || user.isEmpty() || password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Instance(host, port, user, new Instance.Password(password), pid));
  }

  void write(Instance instance) throws IOException {
    String text =
        """
        {
          "host": "%s",
          "port": %d,
          "user": "%s",
          "password": "%s",
          "pid": %d
        }
        """
            .formatted(
                instance.host(),
                instance.port(),
                instance.user(),
                instance.password().value(),
                instance.pid());
    Path directory = path.toAbsolutePath().getParent();
    Path next = path.resolveSibling(path.getFileName() + ".next");
    Files.deleteIfExists(next);
    Files.createFile(
        next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(next, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
    if (directory != null) {
      DurableFiles.sync(directory);
    }
  }
}
