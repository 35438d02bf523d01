package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PortHolderTest {
  private static final int LOOKS = 30;
  private static final int BUSY = 3;

  @TempDir private Path directory;
  private final AtomicBoolean isEnough = new AtomicBoolean();
  private final CountDownLatch begun = new CountDownLatch(BUSY);

  @Test
  void oneThatOpensAndClosesFilesAllTheTimeIsSeenToHoldItsPort() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    List<FileChannel> lower = new ArrayList<>();
    for (int at = 0; at < 64; at++) {
      lower.add(FileChannel.open(file));
    }
    try (ServerSocket ours = new ServerSocket(0)) {
      // Whatever is opened from here on has a lower number, and is come across first.
      for (FileChannel each : lower) {
        each.close();
      }
      List<Thread> busy = new ArrayList<>();
      for (int at = 0; at < BUSY; at++) {
        busy.add(Thread.ofPlatform().daemon().start(() -> opensAndCloses(file)));
      }
      begun.await();
      try {
        for (int look = 0; look < LOOKS; look++) {
          assertThat(PortHolder.of(ours.getLocalPort()))
              .as("look %s", look)
              .isInstanceOfSatisfying(
                  PortHolder.Processes.class,
                  found ->
                      assertThat(found.holders())
                          .extracting(PortHolder.Holder::pid)
                          .contains(ProcessHandle.current().pid()));
        }
      } finally {
        isEnough.set(true);
        for (Thread each : busy) {
          each.join();
        }
      }
    }
  }

  private void opensAndCloses(Path file) {
    begun.countDown();
    try {
      while (!isEnough.get()) {
        FileChannel.open(file).close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
