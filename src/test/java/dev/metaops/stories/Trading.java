package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.listen.Followed;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Orders placed and ended on a thread of its own while something is done to who follows them, and
 * afterwards the comparison with a run to which nothing was done.
 */
final class Trading {
  /** What has to be the same, column by column; times, epochs and counters are left out. */
  private static final List<String> COMPARED =
      List.of(
          "SELECT id, state, buyer, seller, token, amount, escrow_contract, escrow_key,"
              + " block_number, transaction_hash, notes FROM public.orders ORDER BY id",
          "SELECT order_id, escrow_key, folded_state, chain_state, finality, chain_id, event_block,"
              + " event_block_hash, event_log_index, event_transaction, row_waits"
              + " FROM metaops.order_status ORDER BY order_id",
          "SELECT chain_id, block_number, block_hash, log_index, transaction_hash, contract, kind,"
              + " escrow_key, order_ref, buyer, seller, token, party, amount, deadline, source,"
              + " canonical, final, orphaned_at FROM metaops.event"
              + " ORDER BY block_number, block_hash, log_index",
          "SELECT order_id, row_number() OVER (PARTITION BY order_id ORDER BY id), from_state,"
              + " to_state, cause, chain_id, event_block, event_block_hash, event_log_index"
              + " FROM metaops.order_change ORDER BY 1, 2",
          "SELECT number, hash, parent_hash, time, canonical, final, has_events, orphaned_at"
              + " FROM metaops.block WHERE has_events ORDER BY number, hash",
          "SELECT escrow_key FROM metaops.unmatched ORDER BY 1",
          "SELECT chain_id, start_number, cursor_number, cursor_hash, settled_number, settled_hash"
              + " FROM metaops.stream");

  private final TestVenue venue;
  private final TestChain chain;
  private final List<Terms> orders = new ArrayList<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private final Thread thread;

  private Trading(TestVenue venue) {
    this.venue = venue;
    this.chain = venue.chain();
    this.thread =
        Thread.ofPlatform()
            .unstarted(() -> {
              try {
                trade();
              } catch (RuntimeException | InterruptedException e) {
                broken.set(e);
              }
            });
  }

  /** From now on the venue is this thread's: nobody else uses it until the end. */
  static Trading begin(TestVenue venue) {
    Trading trading = new Trading(venue);
    trading.thread.start();
    return trading;
  }

  /** No more orders. Idempotent. */
  void end() throws InterruptedException {
    over.set(true);
    thread.join();
  }

  /** What was placed; read it after the end. */
  List<Terms> orders() {
    return orders;
  }

  /** Every column is as if nothing had happened. */
  void assertAsInAStraightRun() throws SQLException {
    assertThat(broken.get()).isNull();
    chain.ask("evm_setIntervalMining", 0);
    chain.finalizeBlock(chain.mine(1).ref());
    catchUp(venue);
    TestVenue straight = new TestVenue(chain, venue.registry(), TestPostgres.withOrdersSchema());
    orders.forEach(terms -> straight.insert(terms, RegistryContract.key(terms)));
    catchUp(straight);
    for (String compared : COMPARED) {
      List<String> wanted = straight.all(compared);
      assertThat(wanted).as(compared).isNotNull();
      assertThat(venue.all(compared)).as(compared).isEqualTo(wanted);
    }
  }

  private static void catchUp(TestVenue venue) throws SQLException {
    try (HandDriven follower = HandDriven.of(venue)) {
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
    }
  }

  /** Places orders, and lets what was placed a while ago end in one way or another. */
  private void trade() throws InterruptedException {
    Queue<Hash> held = new ArrayDeque<>();
    Deadline longest = Deadline.in(Duration.ofMinutes(30), SystemTicker.SYSTEM);
    for (int number = 0; !over.get() && !longest.hasPassed(); number++) {
      Terms terms =
          venue.registry().terms("order-" + number, BigInteger.valueOf(1_000_000 + number));
      venue.insert(terms, RegistryContract.key(terms));
      orders.add(terms);
      if (number % 10 != 9) {
        chain.submit(venue.registry().createCall(terms));
        held.add(RegistryContract.key(terms));
      }
      if (held.size() > 15) {
        Hash key = held.remove();
        var registry = venue.registry();
        switch (number % 6) {
          case 0, 1 -> chain.submit(registry.releaseCall(key));
          case 2 -> chain.submit(registry.refundCall(key));
          case 3 -> chain.submit(registry.cancelCall(key));
          case 4 -> chain.submit(registry.disputeCall(key));
          default -> {}
        }
      }
      SystemTicker.SYSTEM.rest(Duration.ofMillis(60));
    }
  }
}
