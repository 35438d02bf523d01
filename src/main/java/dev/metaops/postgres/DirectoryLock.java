package dev.metaops.postgres;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An exclusive lock on a file, between processes and between the threads of this one. The system
 * releases it when its holder dies.
 */
final class DirectoryLock implements AutoCloseable {
  // Closing any channel on a file drops this process's locks on it, so one channel at a time.
  private static final ReentrantLock IN_THIS_PROCESS = new ReentrantLock();
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits until the deadline for whoever holds it. Not reentrant across files. */
  static DirectoryLock take(Path file, Deadline deadline, Ticker ticker)
      throws PostgresUnavailable, IOException, InterruptedException {
    if (!IN_THIS_PROCESS.tryLock(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
      throw heldByAnother(file);
    }
    boolean taken = false;
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      while (true) {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          taken = true;
          return new DirectoryLock(channel);
        }
        if (deadline.hasPassed()) {
          throw heldByAnother(file);
        }
        ticker.rest(BETWEEN_TRIES);
      }
    } finally {
      if (!taken) {
        try {
          if (channel != null) {
            channel.close();
          }
        } finally {
          IN_THIS_PROCESS.unlock();
        }
      }
    }
  }

  private static PostgresUnavailable heldByAnother(Path file) {
    return new PostgresUnavailable(
        file
            + ": held by another metaops process that is starting or stopping the server"
            + " (look for one that hangs, end it, and try again)");
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      IN_THIS_PROCESS.unlock();
    }
  }
}
