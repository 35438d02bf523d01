package dev.metaops.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.testing.SettableTicker;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path directory;

  private final SettableTicker ticker = new SettableTicker();

  private Journal journal() {
    return new Journal(directory.resolve("made/later"), ticker);
  }

  @Test
  void whatWasAppendedIsReadByAnybodyUntilItIsMerged() throws JournalUnavailable {
    JournalEntry first =
        journal().append(JournalKind.FREEZE, "kim", Map.of("reason", "odd \"rows\"\n"));
    JournalEntry second = journal().append(JournalKind.UNFREEZE, "lee", Map.of());
    assertThat(journal().read()).isEqualTo(new JournalReading(List.of(first, second), 0, 0));
    journal().markMerged(first.id());
    journal().markMerged(first.id());
    assertThat(journal().read().unmerged()).containsExactly(second);
  }

  @Test
  void anAbsentJournalIsEmptyAndReadingMakesNothing() throws JournalUnavailable {
    assertThat(journal().read().unmerged()).isEmpty();
    assertThat(directory.resolve("made")).doesNotExist();
  }

  @Test
  void onlyItsOwnerMayReadIt() throws JournalUnavailable, IOException {
    journal().append(JournalKind.FREEZE, "kim", Map.of());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(journal().file())))
        .isEqualTo("rw-------");
  }

  @Test
  void aTornLineIsReportedAndSpoilsNoOther() throws JournalUnavailable, IOException {
    JournalEntry before = journal().append(JournalKind.FREEZE, "kim", Map.of());
    Files.writeString(journal().file(), "{\"id\":\"x\",\"at\":\"2026-1", StandardOpenOption.APPEND);
    assertThat(journal().read()).isEqualTo(new JournalReading(List.of(before), 1, 0));
    JournalEntry after = journal().append(JournalKind.UNFREEZE, "kim", Map.of());
    assertThat(journal().read()).isEqualTo(new JournalReading(List.of(before, after), 1, 0));
  }

  @Test
  void itsInstantsNeverGoBackThoughTheClockDoes() throws JournalUnavailable {
    Instant at = journal().append(JournalKind.FREEZE, "kim", Map.of()).at();
    ticker.advance(Duration.ofMinutes(-5));
    assertThat(journal().append(JournalKind.UNFREEZE, "kim", Map.of()).at()).isEqualTo(at);
  }

  @Test
  void writersOfOneProcessWaitForEachOther() throws Exception {
    Journal journal = new Journal(directory, SystemTicker.SYSTEM);
    List<FutureTask<JournalEntry>> writers = new ArrayList<>();
    for (int writer = 0; writer < 8; writer++) {
      var task = new FutureTask<>(() -> journal.append(JournalKind.FREEZE, "kim", Map.of()));
      Thread.ofVirtual().start(task);
      writers.add(task);
    }
    for (FutureTask<JournalEntry> writer : writers) {
      writer.get();
    }
    assertThat(journal.read().unmerged()).hasSize(8);
    assertThat(journal.read().unreadable()).isZero();
  }

  @Test
  void itDoesNotWaitForEverForALockAnotherHolds() throws Exception {
    journal().append(JournalKind.FREEZE, "kim", Map.of());
    Path lock = directory.resolve("made/later/journal.lock");
    try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock _ = other.lock()) {
      assertThatThrownBy(() -> journal().append(JournalKind.UNFREEZE, "kim", Map.of()))
          .isInstanceOf(JournalUnavailable.class)
          .hasMessageContaining("has held its lock for 2 s");
      assertThat(journal().read().unmerged()).hasSize(1);
    }
  }

  @Test
  void aDirectoryThatIsNoneIsSaid() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThatThrownBy(() -> new Journal(file, ticker).append(JournalKind.FREEZE, "kim", Map.of()))
        .isInstanceOf(JournalUnavailable.class)
        .hasMessageContaining("METAOPS_DATA_DIR");
  }

  @Test
  void aLargeJournalIsPutAsideOnceAllIsMerged() throws JournalUnavailable, IOException {
    JournalEntry large =
        journal()
            .append(
                JournalKind.FREEZE, "kim", Map.of("reason", "x".repeat((int) Journal.MAX_BYTES)));
    journal().markMerged(large.id());
    assertThat(journal().file()).doesNotExist();
    assertThat(journal().file().resolveSibling("journal.1.jsonl")).exists();
    JournalEntry next = journal().append(JournalKind.UNFREEZE, "kim", Map.of());
    assertThat(journal().read().unmerged()).containsExactly(next);
  }
}
