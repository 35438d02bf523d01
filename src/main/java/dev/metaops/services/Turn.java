package dev.metaops.services;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The right to stop and start services of this machine, one at a time, until it is closed. */
public final class Turn implements AutoCloseable {
  private final FileChannel channel;
  private final FileLock lock;

  private Turn(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Empty while another has it.
   *
   * @throws IOException when the directory takes no file
   */
  static Optional<Turn> take(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      Optional<FileLock> lock = Optional.ofNullable(channel.tryLock());
      if (lock.isPresent()) {
        return Optional.of(new Turn(channel, lock.get()));
      }
    } catch (OverlappingFileLockException ours) {
      // Another thread of this process has it.
    }
    channel.close();
    return Optional.empty();
  }

  @Override
  public void close() {
    try (channel) {
      lock.release();
    } catch (IOException gone) {
      // Closing the file lets it go as well.
    }
  }
}
