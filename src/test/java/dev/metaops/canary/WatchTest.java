package dev.metaops.canary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.FrontendSection;
import dev.metaops.config.Secret;
import dev.metaops.config.Where;
import dev.metaops.order.OrderState;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.VenueFront;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which order is asked about, what its answer is called, and how long a lost line is left alone.
 */
class WatchTest {
  @TempDir private Path directory;
  @AutoClose private final VenueFront front = new VenueFront();
  private final SettableTicker ticker = new SettableTicker();
  private final Map<String, RowSight> rows = new HashMap<>();
  private final List<Rows.Reach> searched = new ArrayList<>();
  private String moved = "ord_1";

  private final Rows venue =
      new Rows() {
        @Override
        public Moved lastMoved(Reach reach, Deadline deadline) {
          searched.add(reach);
          return moved.isEmpty() ? new Moved.None() : new Moved.Order(moved);
        }

        @Override
        public RowSight row(String id, Deadline deadline) {
          return Optional.ofNullable(rows.get(id)).orElseGet(RowSight.Absent::new);
        }

        @Override
        public Optional<OrderState> meaning(String word) {
          return OrderState.parse(word);
        }
      };

  private Watch watch() throws IOException {
    Files.writeString(
        directory.resolve("metaops.toml"),
        """
        [frontend.app]
        url = "http://127.0.0.1:%d/{order}"
        state-at = "/order/state"
        """
            .formatted(front.port()));
    FrontendSection section =
        Configuration.read(
                new Where(
                    Map.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Where.UsualFile.LOOKED_FOR,
                    directory,
                    directory))
            .settings()
            .frontend();
    return new Watch(section.all().getFirst(), venue, ticker, new SplittableRandom(1));
  }

  private static RowSight row(String state, Duration held) {
    return new RowSight.Row(state, OrderState.parse(state), Instant.EPOCH, held);
  }

  private String look(Watch watch) throws InterruptedException {
    Sighting sighting = watch.look(Deadline.in(Duration.ofSeconds(20), ticker));
    ticker.advance(Duration.ofMinutes(1));
    return sighting.order().orElse("") + " " + sighting.agreement().getClass().getSimpleName();
  }

  @Test
  void itStaysWithAnOrderUntilThatIsProvedAndThenTakesTheOneThatMovedLast() throws Exception {
    try (Watch watch = watch()) {
      front.shows("ord_1", "PENDING").shows("ord_2", "CREATED");
      rows.put("ord_1", row("SETTLED", Duration.ofSeconds(40)));
      rows.put("ord_2", row("CREATED", Duration.ofSeconds(3)));
      moved = "ord_1";
      assertThat(look(watch)).isEqualTo("ord_1 Behind");
      moved = "ord_2";
      assertThat(look(watch)).as("while it is wrong").isEqualTo("ord_1 Behind");
      rows.put("ord_1", new RowSight.Unread("down"));
      assertThat(look(watch)).isEqualTo("ord_1 Blind");
      assertThat(look(watch)).as("while nobody can tell").isEqualTo("ord_1 Blind");
      rows.put("ord_1", row("PENDING", Duration.ofSeconds(4)));
      assertThat(look(watch)).isEqualTo("ord_1 Same");
      assertThat(look(watch)).as("it may still be before the move").isEqualTo("ord_1 Same");
      rows.put("ord_1", row("PENDING", Duration.ofSeconds(30)));
      assertThat(look(watch)).isEqualTo("ord_1 Same");
      assertThat(look(watch)).isEqualTo("ord_2 Same");
    }
  }

  @Test
  void anOrderTheFrontEndKnowsNothingOfIsLeftForTheOneThatMovedLastHoweverLongAgo()
      throws Exception {
    try (Watch watch = watch()) {
      front.shows("ord_2", "SETTLED");
      rows.put("ord_2", row("SETTLED", Duration.ofDays(3)));
      assertThat(look(watch)).isEqualTo("ord_1 NotCompared");
      moved = "ord_2";
      assertThat(look(watch)).isEqualTo("ord_2 Same");
      assertThat(searched).containsExactly(Rows.Reach.FAR, Rows.Reach.FAR);
    }
  }

  @Test
  void whereNoOrderMovedTheWholeTableIsReadOnceAMinuteAndNoOftener() throws Exception {
    moved = "";
    try (Watch watch = watch()) {
      for (int second = 0; second < 60; second++) {
        Sighting sighting = watch.look(Deadline.in(Duration.ofSeconds(20), ticker));
        assertThat(sighting.reply()).isEqualTo(new Reply.NotAsked("no order moved within a week"));
        ticker.advance(Duration.ofSeconds(1));
      }
      assertThat(searched).hasSize(1);
      look(watch);
      assertThat(searched).hasSize(2);
    }
    var resting = new SettableTicker();
    FrontendSection.Watched app = watch().watched();
    try (HeldAsker line = new HeldAsker(app, resting, new SplittableRandom(1))) {
      Instant before = resting.now();
      line.rest(0);
      assertThat(Duration.between(before, resting.now())).isEqualTo(app.pace().every());
    }
  }

  @Test
  void anOrdersIdBreaksOutOfNothing() throws Exception {
    moved = "../x?y=1#z \"";
    try (Watch watch = watch()) {
      look(watch);
      assertThat(front.asked()).containsExactly("/..%2Fx%3Fy%3D1%23z%20%22 null");
      FrontendSection.Watched told =
          new FrontendSection.Watched(
              "live",
              watch.watched().url(),
              Optional.of(new Secret("{\"subscribe\":\"{order}\"}")),
              watch.watched().pace(),
              200,
              Optional.empty(),
              Optional.empty(),
              Duration.ofSeconds(30));
      assertThat(Address.sent(told, Optional.of("a\",\"b\":\"c")))
          .contains("{\"subscribe\":\"a\\\",\\\"b\\\":\\\"c\"}");
    }
  }

  @Test
  void everyPairOfStatesIsTheSameBehindOrAheadAndNothingElse() {
    List<String> behind = new ArrayList<>();
    for (OrderState shown : OrderState.values()) {
      for (OrderState stands : OrderState.values()) {
        Agreement found =
            Agreement.of(
                "ord_1",
                shown.name(),
                Duration.ZERO,
                row(stands.name(), Duration.ofMinutes(1)),
                OrderState::parse);
        switch (found) {
          case Agreement.Same _ -> assertThat(shown).isEqualTo(stands);
          case Agreement.Behind _ -> behind.add(shown + " " + stands);
          case Agreement.Ahead _ -> assertThat(shown).isNotEqualTo(stands);
          case Agreement.NotCompared _, Agreement.Blind _, Agreement.Incomparable _ ->
              throw new AssertionError(found);
        }
      }
    }
    assertThat(behind)
        .contains("CREATED SETTLED", "PENDING DISPUTED", "CONFIRMED SETTLED")
        .doesNotContain("SETTLED PENDING", "SETTLED REFUNDED", "REFUNDED SETTLED");
  }

  @Test
  void wordsThatMeanNothingAreNotCompared() {
    assertThat(
            Agreement.of(
                "ord_1",
                "done\u001b[2J",
                Duration.ZERO,
                row("SETTLED", Duration.ZERO),
                OrderState::parse))
        .isEqualTo(new Agreement.Incomparable("it says done [2J, which is no state of an order"));
    assertThat(
            Agreement.of(
                "ord_1",
                "paid",
                Duration.ofSeconds(5),
                new RowSight.Row("paid", Optional.empty(), Instant.EPOCH, Duration.ofSeconds(4)),
                OrderState::parse))
        .as("the same word is the same, and was so for no time when it was asked")
        .isEqualTo(new Agreement.Same(Duration.ZERO));
  }

  @Test
  void aLostLineIsTakenUpAgainAfterASecondAndNeverLaterThanAMinute() {
    var random = new SplittableRandom(7);
    for (int failed = 1; failed <= 200; failed++) {
      Duration most = Duration.ofSeconds(Math.min(60, 1L << Math.min(failed - 1, 6)));
      assertThat(HeldAsker.pause(failed, random)).isBetween(most.dividedBy(2), most);
    }
    assertThat(HeldAsker.pause(0, random)).isLessThanOrEqualTo(Duration.ofSeconds(1));
  }
}
