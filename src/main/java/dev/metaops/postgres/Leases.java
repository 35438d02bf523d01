package dev.metaops.postgres;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who uses a data directory: one file for each user, named by its process and that process's start,
 * so that a recycled process id is not taken for its predecessor. Called under the directory's
 * lock.
 */
record Leases(Path directory) {
  private static final AtomicLong NEXT = new AtomicLong();

  /** Registers this process once more; the answer is what {@link #leave} takes. */
  Path join() throws IOException {
    DurableFiles.createPrivateDirectory(directory);
    long pid = ProcessHandle.current().pid();
    String name = pid + "_" + startOf(pid) + "_" + NEXT.incrementAndGet();
    return Files.createFile(directory.resolve(name));
  }

  void leave(Path lease) throws IOException {
    Files.deleteIfExists(lease);
  }

  /** Counts the users that live, and removes the leases of those that died. */
  int living() throws IOException {
    int living = 0;
    try (DirectoryStream<Path> leases = Files.newDirectoryStream(directory)) {
      for (Path lease : leases) {
        if (lives(lease.getFileName().toString())) {
          living++;
        } else {
          Files.deleteIfExists(lease);
        }
      }
    } catch (NoSuchFileException nobodyYet) {
      return 0;
    }
    return living;
  }

  private static boolean lives(String name) {
    String[] parts = name.split("_", -1);
    if (parts.length != 3 || !parts[0].matches("\\d{1,10}")) {
      return false;
    }
    long pid = Long.parseLong(parts[0]);
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()
        && startOf(pid).equals(parts[1]);
  }

  /**
   * On Linux the ticks since boot with the boot's id, which no change of the wall clock moves; else
   * the start's instant.
   */
  private static String startOf(long pid) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] afterName = status.substring(status.lastIndexOf(')') + 2).split(" ", -1);
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return afterName[19] + "-" + boot;
    } catch (IOException | RuntimeException notLinux) {
      return ProcessHandle.of(pid)
          .flatMap(process -> process.info().startInstant())
          .map(start -> String.valueOf(start.toEpochMilli()))
          .orElse("unknown");
    }
  }
}
