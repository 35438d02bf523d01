package dev.metaops.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WentBackTest {
  private static final Instant AT = Instant.parse("2026-11-30T02:40:00Z");
  private static final Mark MARK = mark(5, 100, 40);

  private static Mark mark(long epoch, long settled, long seals) {
    return new Mark("log", epoch, settled, seals, "", AT);
  }

  private static List<String> reasons(Mark now) {
    return WentBack.reasons(
        new Present(now, false, Optional.empty()), Optional.of(MARK), Optional.empty());
  }

  @Test
  void anyPartThatIsBehindSaysSo() {
    assertThat(reasons(mark(4, 100, 40))).singleElement().asString().contains("epoch 4", "at 5");
    assertThat(reasons(mark(5, 99, 40))).singleElement().asString().contains("block 99", "to 100");
    assertThat(reasons(mark(5, 100, 39))).singleElement().asString().contains("39 seals", "had 40");
  }

  @Test
  void aBackupThatWasWrittenPastWhatIsRememberedIsFoundByItsSeals() {
    Mark remembered = new Mark("log", 5, 100, 40, "aa", AT);
    for (Optional<String> then : List.of(Optional.of("bb"), Optional.<String>empty())) {
      assertThat(
              WentBack.reasons(
                  new Present(mark(6, 120, 90), false, then),
                  Optional.of(remembered),
                  Optional.empty()))
          .singleElement()
          .asString()
          .contains("another seal 40");
    }
    assertThat(
            WentBack.reasons(
                new Present(mark(6, 120, 90), false, Optional.of("aa")),
                Optional.of(remembered),
                Optional.empty()))
        .isEmpty();
  }

  @Test
  void whatGoesOnIsNotBehind() {
    assertThat(reasons(MARK)).isEmpty();
    assertThat(reasons(mark(6, 101, 41))).isEmpty();
  }

  @Test
  void aRewindThatIsOnTheRecordIsNone() {
    assertThat(
            WentBack.reasons(
                new Present(mark(5, 60, 41), true, Optional.empty()),
                Optional.of(MARK),
                Optional.empty()))
        .isEmpty();
  }

  @Test
  void anotherDatabaseIsNotHeldAgainstIt() {
    assertThat(reasons(new Mark("other", 1, 1, 1, "", AT))).isEmpty();
  }

  @Test
  void aCheckpointIsEnoughWithoutOurStore() {
    Covered covered = new Covered(41, 6, AT);
    assertThat(
            WentBack.reasons(
                new Present(MARK, false, Optional.empty()), Optional.empty(), Optional.of(covered)))
        .hasSize(2);
    assertThat(
            WentBack.reasons(
                new Present(mark(6, 100, 41), false, Optional.empty()),
                Optional.empty(),
                Optional.of(covered)))
        .isEmpty();
  }

  @Test
  void whatIsRememberedIsNeverSetBackByWhoReadItEarlier() throws Exception {
    Database ops = TestPostgres.freshDatabase("db/ops");
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      var marks = new MarkStore(connection);
      assertThat(marks.isThere()).isTrue();
      marks.remember(MARK);
      marks.remember(mark(5, 99, 40));
      marks.remember(mark(5, 200, 39));
      assertThat(marks.remembered("log")).contains(MARK);
      // A rewind: further by its record, back by its block.
      marks.remember(mark(5, 60, 41));
      assertThat(marks.remembered("log")).contains(mark(5, 60, 41));
      marks.beginAnew(mark(9, 10, 3), 0);
      assertThat(marks.remembered("log")).contains(mark(9, 10, 3));
    }
  }

  @Test
  void copiesOfRecordsAreBounded() throws Exception {
    Database ops = TestPostgres.freshDatabase("db/ops");
    try (Connection connection = ops.connect(TestPostgres.minute())) {
      var marks = new MarkStore(connection);
      marks.remember("log", List.of(new Sealed(1, "aa", "{}"), new Sealed(2, "bb", "{}")));
      marks.remember("log", List.of(new Sealed(2, "bb", "{}")));
      assertThat(marks.recordsAfter("log", 0)).hasSize(2);
      marks.remember("log", List.of(new Sealed(MarkStore.MOST_RECORDS + 1L, "cc", "{}")));
      assertThat(marks.recordsAfter("log", 0)).extracting(Sealed::leaf).containsExactly("bb", "cc");
      assertThat(marks.lastRecord("log")).isEqualTo(MarkStore.MOST_RECORDS + 1L);
    }
  }
}
