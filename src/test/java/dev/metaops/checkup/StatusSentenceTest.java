package dev.metaops.checkup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.config.OrdersSection;
import dev.metaops.freeze.Standing;
import dev.metaops.ledger.Stream.Freeze;
import dev.metaops.listen.ListenerState;
import dev.metaops.listen.ListenerState.Finality;
import dev.metaops.listen.ListenerState.Pulse;
import dev.metaops.look.StatusSnapshot;
import dev.metaops.look.StatusSnapshot.Basis;
import dev.metaops.look.StatusSnapshot.Orders;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sentence, word for word. */
class StatusSentenceTest {
  private static final Instant NOW = Instant.parse("2026-11-23T03:04:00Z");
  private static final Instant THEN = Instant.parse("2026-11-23T02:41:00Z");
  private static final Basis.Ledger LEDGER = new Basis.Ledger(Duration.ofSeconds(1));
  private static final Pulse FOLLOWING = new Pulse.Following(Duration.ofSeconds(1));
  private static final Pulse DEAD = new Pulse.Dead(THEN, "nobody holds the lease");

  private static ListenerState listener(Pulse pulse) {
    return new ListenerState(pulse, Optional.empty(), new Finality.Moving());
  }

  private static Orders orders(Basis basis, long contradicting, long old) {
    return new Orders(
        12,
        "3.82 ETH",
        basis,
        contradicting,
        contradicting == 0 ? "0 ETH" : "1.5 ETH",
        Optional.of(NOW.plus(Duration.ofMinutes(118))),
        old,
        Duration.ofHours(2),
        0);
  }

  private static StatusSnapshot snapshot(ListenerState listener, Orders orders) {
    return new StatusSnapshot(
        NOW,
        OrdersSection.Mode.OWN,
        Optional.empty(),
        Optional.empty(),
        Optional.of(listener),
        new Standing.Free(),
        Optional.of(orders));
  }

  private static void check(StatusSnapshot snapshot, ExitCode exit, String text, String next) {
    assertThat(StatusSentence.of(snapshot)).isEqualTo(new StatusSentence(exit, text, next));
  }

  @Test
  void aDeadListenerIsToldWithWhatItLeftBehind() {
    check(
        snapshot(listener(DEAD), orders(new Basis.Contract(12, 12), 7, 0)),
        ExitCode.CRITICAL,
        "Listener dead since 02:41Z (23 min): 7 orders behind the chain, 1.5 ETH, first deadline in"
            + " 1 h 58 min",
        "metaops order check-stuck");
    check(
        snapshot(listener(DEAD), orders(new Basis.Contract(5, 12), 1, 0)),
        ExitCode.CRITICAL,
        "Listener dead since 02:41Z (23 min): 1 order behind the chain, 1.5 ETH, first deadline in"
            + " 1 h 58 min (asked about 5 of 12)",
        "metaops order check-stuck");
    check(
        snapshot(listener(DEAD), orders(new Basis.Contract(12, 12), 0, 0)),
        ExitCode.CRITICAL,
        "Listener dead since 02:41Z (23 min): 12 orders open, 3.82 ETH in escrow, none behind the"
            + " chain, first deadline in 1 h 58 min",
        "metaops serve");
  }

  @Test
  void whatCouldNotBeLookedAtIsUnknown() {
    check(
        snapshot(listener(DEAD), orders(new Basis.Nothing("node (x): unreachable"), 0, 0)),
        ExitCode.CRITICAL,
        "Listener dead since 02:41Z (23 min): 12 orders open, 3.82 ETH in escrow, UNKNOWN what"
            + " became of them: node (x): unreachable",
        "metaops serve");
    StatusSnapshot blind =
        new StatusSnapshot(
            NOW,
            OrdersSection.Mode.OWN,
            Optional.of("database d: connection refused"),
            Optional.empty(),
            Optional.empty(),
            new Standing.Free(),
            Optional.empty());
    check(
        blind,
        ExitCode.CRITICAL,
        "UNKNOWN: no order can be judged: database d: connection refused",
        "metaops health database");
    check(
        new StatusSnapshot(
            NOW,
            OrdersSection.Mode.OWN,
            blind.database(),
            Optional.of("n: unreachable"),
            Optional.empty(),
            blind.local(),
            Optional.empty()),
        ExitCode.CRITICAL,
        "UNKNOWN: neither rows nor chain can be read: database d: connection refused; n:"
            + " unreachable",
        "metaops health quick");
  }

  @Test
  void aListenerInTroubleSaysWhich() {
    check(
        snapshot(
            listener(new Pulse.Stuck(THEN, "node: quota used up")),
            orders(new Basis.Contract(12, 12), 2, 0)),
        ExitCode.CRITICAL,
        "Listener stuck since 02:41Z (23 min) (node: quota used up): 2 orders behind the chain, 1.5"
            + " ETH, first deadline in 1 h 58 min",
        "metaops order check-stuck");
    check(
        snapshot(
            listener(new Pulse.Behind(400, Duration.ofMinutes(5))),
            orders(new Basis.Contract(12, 12), 0, 0)),
        ExitCode.WARNING,
        "Listener behind by 400 blocks (5 min): 12 orders open, 3.82 ETH in escrow, none behind the"
            + " chain, first deadline in 1 h 58 min",
        "metaops listener status");
    check(
        snapshot(ListenerState.never(), orders(new Basis.Contract(12, 12), 0, 0)),
        ExitCode.CRITICAL,
        "Nothing follows the chain into this database yet: 12 orders open, 3.82 ETH in escrow, none"
            + " behind the chain, first deadline in 1 h 58 min",
        "metaops serve");
  }

  @Test
  void contradictionsComeBeforeEverythingElse() {
    check(
        snapshot(listener(FOLLOWING), orders(LEDGER, 2, 4)),
        ExitCode.CRITICAL,
        "2 orders contradict the chain, 1.5 ETH, first deadline in 1 h 58 min",
        "metaops order check-stuck");
  }

  @Test
  void aFreezeIsSaid() {
    ListenerState frozen =
        new ListenerState(
            FOLLOWING, Optional.of(new Freeze("f", "kim", "odd", THEN)), new Finality.Moving());
    check(
        snapshot(frozen, orders(LEDGER, 0, 0)),
        ExitCode.WARNING,
        "Frozen: metaops writes no order row; 12 orders open, 3.82 ETH in escrow",
        "metaops unfreeze");
    check(
        snapshot(frozen, orders(LEDGER, 1, 0)),
        ExitCode.CRITICAL,
        "Frozen, and 1 order contradicts the chain, 1.5 ETH, first deadline in 1 h 58 min",
        "metaops unfreeze");
  }

  @Test
  void finalityThatStandsStillIsNoStuckOrder() {
    check(
        snapshot(
            new ListenerState(FOLLOWING, Optional.empty(), new Finality.Stalled(THEN, 690)),
            orders(LEDGER, 0, 0)),
        ExitCode.WARNING,
        "Finality stalled since 02:41Z (23 min), 690 blocks are not final: rows wait for it; 12"
            + " orders open, 3.82 ETH in escrow",
        "metaops health blockchain");
  }

  @Test
  void oldOnesThatWaitAreAWarning() {
    check(
        snapshot(listener(FOLLOWING), orders(LEDGER, 0, 3)),
        ExitCode.WARNING,
        "3 orders in one state for more than 2 h, none contradicts the chain: 12 orders open, 3.82"
            + " ETH in escrow, first deadline in 1 h 58 min",
        "metaops order check-stuck");
  }

  @Test
  void quietIsSaidWithHowFreshThatIs() {
    check(
        snapshot(listener(FOLLOWING), orders(LEDGER, 0, 0)),
        ExitCode.FINE,
        "All quiet: 12 orders open, 3.82 ETH in escrow, the ledger is 1 s behind",
        "metaops order states");
  }
}
