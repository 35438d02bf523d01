package dev.metaops.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.StoredLedger;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ledger in memory beside the one in SQL, over random writes: the same in all that can be
 * asked.
 */
class LedgersComparedTest {
  private static final List<EscrowKind> KINDS =
      List.of(
          EscrowKind.CREATED,
          EscrowKind.CREATED,
          EscrowKind.DISPUTED,
          EscrowKind.RELEASED,
          EscrowKind.REFUNDED,
          EscrowKind.CANCELLED);
  private static final int ORDERS = 6;
  private static final int WRITES = 40;

  /** What one ledger answered, without what each words for itself. */
  private static String answer(Object answered) {
    return switch (answered) {
      case Applied.Committed committed ->
          "committed "
              + committed.moved().stream().map(Applied.Move::toString).sorted().toList()
              + committed.orphaned()
              + " "
              + committed.waiting()
              + committed.mode();
      case Resynced.Written written ->
          "written "
              + written.added()
              + written.refuted()
              + written.moved().stream().map(Applied.Move::toString).sorted().toList();
      case Rewound.Done done ->
          "done "
              + done.orphaned()
              + done.moved().stream().map(Applied.Move::toString).sorted().toList();
      default -> answered.getClass().getSimpleName();
    };
  }

  /** One of the things that are done to both. */
  private interface Deed {
    Object on(Scripted script) throws SQLException;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theyAnswerAlike(long seed) throws SQLException {
    try (TrialLedger stored = new StoredLedger();
        TrialLedger memory = new MemoryLedger(new SettableTicker())) {
      Scripted one = new Scripted(stored);
      Scripted other = new Scripted(memory);
      SplittableRandom random = new SplittableRandom(seed);
      List<String> done = new ArrayList<>();
      int orders = 0;
      for (int write = 0; write < WRITES; write++) {
        if (orders < ORDERS && random.nextInt(3) == 0) {
          orders++;
          one.ledger.insert(Scripted.order(orders));
          other.ledger.insert(Scripted.order(orders));
        }
        Deed deed = deed(random.nextInt(100), random, one, write);
        String first = answer(deed.on(one));
        done.add(first);
        assertThat(answer(deed.on(other))).as("seed %d, after %s", seed, done).isEqualTo(first);
        assertThat(other.picture()).as("seed %d, after %s", seed, done).isEqualTo(one.picture());
      }
    }
  }

  private static Deed deed(int what, SplittableRandom random, Scripted now, int write)
      throws SQLException {
    long settled = now.ledger.stream().orElseThrow().settledNumber();
    long head = now.head();
    long least = Math.max(0, settled);
    if (what < 70) {
      long base = what < 20 ? least + random.nextLong(head - least + 1) : head;
      List<Header> blocks = now.above(base, random.nextInt(5) + (base < head ? 1 : 0), " " + write);
      Scripted.Content content = content(random, blocks);
      long top = base + blocks.size();
      long to = random.nextBoolean() ? -1 : Math.min(top, least + random.nextLong(5));
      return script -> script.write(base, blocks, content, to);
    }
    if (what < 85 && settled > 0) {
      long from = 1 + random.nextLong(settled);
      long to = from + random.nextLong(Math.min(6, head - from + 1));
      List<Header> blocks = new ArrayList<>();
      for (long number = from; number <= to; number++) {
        blocks.add(now.at(number));
      }
      Scripted.Content content = content(random, blocks);
      return script -> script.resync(from, to, content);
    }
    if (what < 90) {
      List<Header> theirs = now.above(least, 3, " theirs");
      return script -> script.ledger.finalityViolated(script.lease, "it broke its word", theirs);
    }
    if (what < 96 && settled > 0) {
      long to = Math.max(0, settled - random.nextLong(6));
      return script -> script.rewind(to);
    }
    return script -> {
      script.lease = script.lease();
      return script.lease.epoch();
    };
  }

  private static Scripted.Content content(SplittableRandom random, List<Header> blocks) {
    List<EscrowEvent> events = new ArrayList<>();
    List<Quarantined> quarantined = new ArrayList<>();
    int index = 0;
    for (Header block : blocks) {
      for (int more = random.nextInt(3); more > 0; more--) {
        int order = 1 + random.nextInt(ORDERS);
        if (random.nextInt(12) == 0) {
          quarantined.add(
              new Quarantined(
                  Scripted.log(block, index++), Scripted.order(order).key(), "it is no word"));
        } else {
          events.add(
              Scripted.event(KINDS.get(random.nextInt(KINDS.size())), order, block, index++));
        }
      }
    }
    List<Completeness> kinds = List.of(Completeness.values());
    Completeness completeness = kinds.get(random.nextInt(kinds.size()));
    return new Scripted.Content(completeness, events, quarantined, 1 + random.nextInt(2));
  }
}
