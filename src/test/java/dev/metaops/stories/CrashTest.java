package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.demo.Mining;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.listen.Followed;
import dev.metaops.listen.Waypoint;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of the listener at every waypoint and at random moments while orders are placed
 * and settled: afterwards every column is as if nothing had happened. {@code -Dmetaops.kills=N} for
 * more than 50.
 */
class CrashTest {
  private static final int KILLS = Integer.getInteger("metaops.kills", 50);

  /** As the process of a kill by signal 9 ends. */
  private static final int KILLED = 137;

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

  @AutoClose
  private final TestChain chain =
      TestChain.start(
          options -> options.withMining(new Mining.Every(Duration.ofMillis(250))).withAccounts(10));

  private final TestVenue venue = new TestVenue(chain);
  private final SplittableRandom random = new SplittableRandom(9);
  private final List<Terms> orders = new ArrayList<>();
  @TempDir private Path directory;

  private record Child(ServeProcess process, String waypoint) {}

  @Test
  void everyColumnIsAsInAStraightRun() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicReference<Throwable> broken = new AtomicReference<>();
    Thread load =
        Thread.ofPlatform()
            .start(() -> {
              try {
                trade(over);
              } catch (RuntimeException | InterruptedException e) {
                broken.set(e);
              }
            });
    AtomicInteger atRandom = new AtomicInteger();
    long begun = SystemTicker.SYSTEM.nanos();
    try {
      killAgainAndAgain(atRandom);
    } finally {
      over.set(true);
      load.join();
    }
    assertThat(broken.get()).isNull();
    Duration took = Duration.ofNanos(SystemTicker.SYSTEM.nanos() - begun);

    chain.ask("evm_setIntervalMining", 0);
    chain.finalizeBlock(chain.mine(1).ref());
    catchUp(venue);
    TestVenue straight = new TestVenue(chain, venue.registry(), TestPostgres.withOrdersSchema());
    orders.forEach(terms -> straight.insert(terms, RegistryContract.key(terms)));
    catchUp(straight);

    Map<Waypoint, Integer> deaths = deaths();
    int kills = deaths.values().stream().mapToInt(Integer::intValue).sum() + atRandom.get();
    System.out.printf(
        "%d kills in %.1f s (%s, at random %d), %d orders, %s events%n",
        kills,
        took.toMillis() / 1000.0,
        deaths,
        atRandom.get(),
        orders.size(),
        venue.one("SELECT count(*) FROM metaops.event"));
    for (String compared : COMPARED) {
      List<String> wanted = straight.all(compared);
      assertThat(wanted).as(compared).isNotNull();
      assertThat(venue.all(compared)).as(compared).isEqualTo(wanted);
    }
    assertThat(kills).isGreaterThanOrEqualTo(KILLS);
    assertThat(deaths).containsOnlyKeys(Waypoint.values());
    assertThat(orders).hasSizeGreaterThan(100);
    assertThat(
            venue.all(
                "SELECT state FROM public.orders GROUP BY state HAVING count(*) > 2 ORDER BY 1"))
        .contains("CANCELLED", "DISPUTED", "PENDING", "REFUNDED", "SETTLED");
  }

  private void killAgainAndAgain(AtomicInteger atRandom) throws IOException {
    Queue<Child> warm = new ArrayDeque<>();
    try {
      int started = 0;
      for (int killed = 0; killed < KILLS; ) {
        while (warm.size() < 2) {
          warm.add(child(started++));
        }
        Child child = warm.remove();
        child
            .process()
            .await(
                "it is warm",
                Duration.ofSeconds(60),
                () -> child.process().output().contains("warm"));
        begin(child);
        killed += endsOf(child, atRandom);
      }
    } finally {
      warm.forEach(child -> child.process().close());
    }
  }

  /** 1 when it died by a kill, of its own hand or ours. */
  private int endsOf(Child child, AtomicInteger atRandom) {
    Process process = child.process().process();
    Duration patience =
        child.waypoint().equals("-")
            ? Duration.ofMillis(20 + random.nextInt(500))
            : Duration.ofSeconds(15);
    boolean diedAlone = ServeProcess.becomes(patience, () -> !process.isAlive());
    if (!diedAlone) {
      process.destroyForcibly();
      child.process().awaitEnd(Duration.ofSeconds(10));
      atRandom.incrementAndGet();
    }
    assertThat(process.exitValue()).as(child.process().output()).isEqualTo(KILLED);
    return 1;
  }

  /** Two at a waypoint, each in turn, then one at random. */
  private Child child(int number) {
    Waypoint[] waypoints = Waypoint.values();
    String waypoint =
        number % 3 == 2 ? "-" : waypoints[(number - number / 3) % waypoints.length].name();
    String pass = String.valueOf(waypoint.equals("LEASE_TAKEN") ? 1 : 1 + random.nextInt(3));
    return new Child(
        ServeProcess.start(
            CrashingServe.class.getName(),
            List.of(
                venue.orders().url().secretText(),
                chain.url(),
                venue.registry().address().text(),
                directory.toString(),
                waypoint,
                pass),
            Map.of("PATH", "/usr/bin:/bin"),
            directory.resolve("child-" + number + ".log")),
        waypoint);
  }

  private static void begin(Child child) throws IOException {
    try (var out = child.process().process().getOutputStream()) {
      out.write('\n');
    }
  }

  private Map<Waypoint, Integer> deaths() throws IOException {
    Map<Waypoint, Integer> deaths = new EnumMap<>(Waypoint.class);
    try (Stream<String> lines = Files.lines(directory.resolve("deaths"))) {
      lines.map(Waypoint::valueOf).forEach(waypoint -> deaths.merge(waypoint, 1, Integer::sum));
    }
    return deaths;
  }

  private static void catchUp(TestVenue venue) throws SQLException {
    try (HandDriven follower = HandDriven.of(venue)) {
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
    }
  }

  /** Places orders, and lets what was placed a while ago end in one way or another. */
  private void trade(AtomicBoolean over) throws InterruptedException {
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
