package dev.metaops.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.checkup.Board;
import dev.metaops.finding.Finding;
import dev.metaops.finding.Severity;
import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.ledger.FindingStore;
import dev.metaops.order.Verdict;
import dev.metaops.orders.Update;
import dev.metaops.testing.ServeProcess;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What those who watch are sent, and how many looks it takes. */
class WatchTest {
  private static final Instant AT = Instant.parse("2026-11-30T02:41:07Z");
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String HOSTILE = "<script>alert('x')</script>\u202e\n\u0007 event: beat";

  private final AtomicInteger looks = new AtomicInteger();
  private final Turns turns = new Turns();

  @Test
  void oneLookIsForAllWhoWatchAndOnlyWhatChangedIsSentAgain() throws Exception {
    try (Watch watch = new Watch(this::board, _ -> {}, turns);
        Watch.Watcher first = watch.join().orElseThrow();
        Watch.Watcher second = watch.join().orElseThrow()) {
      String all = first.next();
      assertThat(all)
          .contains("event: sentence", "event: health", "event: beat\ndata: 02:41:07Z\n");
      assertThat(second.next()).isEqualTo(all);
      assertThat(looks).hasValue(1);

      turns.turn();
      assertThat(first.next()).isEqualTo("event: beat\ndata: 02:41:07Z\n\n");
      assertThat(looks).hasValue(2);
    }
  }

  @Test
  void thereIsRoomForSixteenAndNobodyLooksWhenTheyAreGone() throws Exception {
    try (Watch watch = new Watch(this::board, _ -> {}, turns)) {
      List<Watch.Watcher> watchers = new ArrayList<>();
      for (int place = 0; place < Watch.MOST_WATCHERS; place++) {
        watchers.add(watch.join().orElseThrow());
      }
      assertThat(watch.join()).isEmpty();
      watchers.getFirst().next();
      watchers.forEach(Watch.Watcher::close);
      turns.turn();
      assertThat(ServeProcess.becomes(SOON, () -> !turns.isResting())).isTrue();
      assertThat(looks).hasValue(1);

      try (Watch.Watcher again = watch.join().orElseThrow()) {
        assertThat(again.next()).contains("event: sentence");
      }
    }
  }

  @Test
  void whoLeftIsFoundOutWhenNoLookComesToAnything() throws Exception {
    try (Watch watch = new Watch(WatchTest::broken, _ -> {}, turns);
        Watch.Watcher watcher = watch.join().orElseThrow()) {
      assertThat(watcher.next()).as("a comment, and no beat").isEqualTo(":\n\n");
    }
  }

  private static Board broken() {
    throw new IllegalStateException("a defect");
  }

  @Test
  void whatOthersWroteIsTextAndOnlySoMuchOfIt() {
    Frame frame = Frame.of(1, LivePage.of(hostile(HOSTILE + "x".repeat(100_000))));
    String events = frame.eventsAfter(Frame.none()) + Frame.page(LivePage.of(hostile(HOSTILE)));
    assertThat(events)
        .contains("&lt;script&gt;")
        .doesNotContain("<script>alert", "\u202e", "\u0007", "\n event: beat");
    assertThat(frame.eventsAfter(Frame.none())).hasSizeLessThan(12_000);
  }

  @Test
  void whatNobodyCouldLookAtNeverLooksWell() {
    Board unseen =
        new Board(
            AT,
            AT,
            "venue",
            "owning",
            Board.Gravity.UNKNOWN,
            "UNKNOWN: no order can be judged",
            "metaops status",
            Optional.empty(),
            Optional.empty(),
            new Board.Orders.Unread("no answer"),
            List.of(),
            new Board.Flow.Unread("no answer"),
            new Board.Found.Unread("no answer"));
    String page = Frame.page(LivePage.of(unseen));
    assertThat(page)
        .contains("is-unknown", "Not well: findings UNKNOWN")
        .doesNotContain("is-good", "none open", "nothing moved");
  }

  @Test
  void ofMoreFindingsThanAreReadNobodyIsToldThatTheseAreAll() {
    FindingStore.Open one =
        new FindingStore.Open(
            Finding.of("payouts-odd", "order ord_1", Severity.P2, "odd", Map.of()), AT, AT);
    FindingsPanel panel =
        FindingsPanel.of(new Board.Found.Read(Collections.nCopies(Board.Found.MOST, one)), AT);
    assertThat(panel.headline()).isEqualTo("at least 1000 open");
  }

  @Test
  void minutesThatNobodyCountedAreNoQuietMinutes() {
    Instant from = AT.minus(Duration.ofSeconds(150));
    FlowPanel panel =
        FlowPanel.of(
            new Board.Flow.Read(
                from, List.of(new Update(from, "ord_1", Update.Origin.VENUE, "created", ""))),
            AT);
    assertThat(panel.headline()).isEqualTo("1 change in 2 min 30 s");
    assertThat(panel.uncounted()).isEqualTo(28);
    assertThat(panel.bars()).extracting(FlowPanel.Bar::x).containsExactly(27);
  }

  private Board board() {
    looks.incrementAndGet();
    return hostile("all is well");
  }

  private static Board hostile(String text) {
    return new Board(
        AT,
        AT,
        text,
        text,
        Board.Gravity.CRITICAL,
        text,
        text,
        Optional.of(text),
        Optional.of(text),
        new Board.Orders.Read(3, text, Map.of(Verdict.Code.ROW_BEHIND, 3L), text),
        List.of(
            new Board.Check(
                text,
                text,
                Condition.DOWN,
                text,
                AT,
                List.of(new Vital(text, text, text, Condition.DOWN).gauged(90, 100)),
                Optional.of(AT),
                Optional.of(text))),
        new Board.Flow.Read(
            AT.minusSeconds(1800),
            List.of(new Update(AT, text, Update.Origin.UNATTRIBUTED, text, text))),
        new Board.Found.Read(
            List.of(
                new FindingStore.Open(
                    Finding.of("payouts-odd", text, Severity.P1, text, Map.of()), AT, AT))));
  }

  /** Rests until the test says so. */
  private static final class Turns implements Ticker {
    private final Semaphore turn = new Semaphore(0);
    private volatile boolean resting;

    void turn() {
      turn.release();
    }

    boolean isResting() {
      return resting;
    }

    @Override
    public Instant now() {
      return AT;
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public void rest(Duration duration) throws InterruptedException {
      resting = true;
      turn.acquire();
      resting = false;
    }
  }
}
