package dev.metaops.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * The last checkpoint that is kept of a log and that a key beside it signed, read from the end of
 * the file alone: cheap however many there are. What is believed for good is {@link
 * CheckpointHistory}.
 */
public final class LastCheckpoint {
  private static final int END = 256 * 1024;

  private LastCheckpoint() {}

  /**
   * Empty when none is kept.
   *
   * @throws IOException when what is kept cannot be read, or none of it can be believed
   */
  public static Optional<Checkpoint> of(Path dataDirectory, String logId) throws IOException {
    AuditDirectory kept = AuditDirectory.of(dataDirectory, logId);
    Path file = kept.path().resolve("checkpoints.jsonl");
    if (!Files.exists(file) || Files.size(file) == 0) {
      return Optional.empty();
    }
    List<VerifierKey> keys = kept.keys();
    List<String> lines = end(file).lines().toList();
    for (String line : lines.reversed()) {
      Optional<SignedNote> note = SignedNote.parse(AuditDirectory.note(line));
      Optional<Checkpoint> checkpoint =
          note.filter(signed -> signed.check(keys) instanceof SignedNote.Check.Signed)
              .flatMap(signed -> Checkpoint.parse(signed.text()))
              .filter(each -> each.origin().equals(kept.origin()));
      if (checkpoint.isPresent()) {
        return checkpoint;
      }
    }
    throw new IOException("no checkpoint in " + file + " can be believed");
  }

  private static String end(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(size, END));
      long from = size - bytes.capacity();
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
        // All of it.
      }
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }
}
