package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.audit.JournalStore;
import dev.metaops.audit.RecordStore;
import dev.metaops.audit.Verdict;
import dev.metaops.freeze.FreezeStore;
import dev.metaops.freeze.LocalFreeze;
import dev.metaops.journal.Journal;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} while interventions are written down locally and merged. */
@Timeout(120)
class JournalCrashTest {
  private static final int KILLS = Integer.getInteger("metaops.journal.kills", 12);
  private static final Duration SOON = Duration.ofSeconds(20);

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  private final long seed =
      Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos() & 0xffff_ffffL);
  @TempDir private Path directory;

  @Test
  void eachIsOnTheRecordOnceWheneverItIsKilled() throws Exception {
    System.out.println("journal kills: -Dmetaops.seed=" + seed);
    var random = new SplittableRandom(seed);
    var written = new ArrayList<String>();
    for (int kill = 0; kill < KILLS; kill++) {
      try (ServeProcess child =
          ServeProcess.start(
              KilledJournal.class.getName(),
              List.of(directory.resolve("data").toString(), venue.orders().url().secretText()),
              java.util.Map.of(),
              directory.resolve("child-" + kill + ".log"))) {
        child.await(
            "writing and merging",
            SOON,
            () -> child.output().contains("wrote ") && child.output().contains("merged "));
        SystemTicker.SYSTEM.rest(Duration.ofMillis(random.nextInt(400)));
        child.process().destroyForcibly();
        assertThat(child.awaitEnd(SOON)).isEqualTo(137);
        child
            .output()
            .lines()
            .filter(line -> line.matches("wrote \\S+ [0-9a-f-]{36}"))
            .map(line -> line.substring("wrote ".length()))
            .forEach(written::add);
      }
    }
    var journal = new Journal(directory.resolve("data"), SystemTicker.SYSTEM);
    long left = journal.read().unmerged().size();
    try (Connection connection = venue.orders().connect(TestPostgres.minute())) {
      new JournalStore(connection).merge(journal);
      new FreezeStore(connection).merge(new LocalFreeze(journal));
      var records = new RecordStore(connection);
      records.sealStep();
      assertThat(records.verify().verdict()).isEqualTo(Verdict.CLEAN);
    }
    System.out.printf("%d kills, %d written, %d left for the last%n", KILLS, written.size(), left);

    assertThat(journal.read().unmerged()).isEmpty();
    List<String> recorded =
        venue.all(
            "SELECT e #>> '{body,what}', e #>> '{body,id}' FROM (SELECT entry::jsonb AS e, id"
                + " FROM metaops.record WHERE kind = 'journal') r ORDER BY id");
    assertThat(recorded).doesNotHaveDuplicates();
    assertThat(recorded)
        .containsAll(
            written.stream()
                .filter(line -> !line.contains("freeze "))
                .map(line -> line.replace(' ', '|'))
                .toList());
    List<String> frozen =
        venue.all(
            "SELECT kind, entry::jsonb #>> '{body,id}' FROM metaops.record"
                + " WHERE kind IN ('freeze', 'unfreeze') ORDER BY id");
    assertThat(frozen).doesNotHaveDuplicates();
    assertThat(frozen)
        .containsAll(
            written.stream()
                .filter(line -> line.contains("freeze "))
                .map(line -> line.replace(' ', '|'))
                .toList());
    assertThat(venue.all("SELECT id FROM metaops.freeze"))
        .containsAll(
            written.stream()
                .filter(line -> line.startsWith("freeze "))
                .map(line -> line.substring("freeze ".length()))
                .toList());
    assertThat(written).hasSizeGreaterThan(KILLS * 5);
  }
}
