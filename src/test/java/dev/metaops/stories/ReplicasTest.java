package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.Mining;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes on one orders database: whatever befalls the one that follows, the other goes on
 * where it was, and who wakes late writes nothing. {@code -Dmetaops.rounds=N} for more than 8,
 * {@code -Dmetaops.lease-millis=N} for another lease than one of a second.
 */
class ReplicasTest {
  private static final int ROUNDS = Integer.getInteger("metaops.rounds", 8);
  private static final Duration LEASE =
      Duration.ofMillis(Integer.getInteger("metaops.lease-millis", 2_000));
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Notes who writes, beside who holds the lease at that moment. */
  private static final String WITNESS =
      """
      CREATE TABLE public.written (writer text, holder text, epoch bigint, of text);
      CREATE FUNCTION public.note_writer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        INSERT INTO public.written
        SELECT current_setting('application_name'), lease_holder, lease_epoch, tg_table_name
        FROM metaops.stream;
        RETURN NULL;
      END $$;
      CREATE TRIGGER witness AFTER INSERT ON metaops.block
        FOR EACH STATEMENT EXECUTE FUNCTION public.note_writer();
      CREATE TRIGGER witness AFTER INSERT ON metaops.event
        FOR EACH STATEMENT EXECUTE FUNCTION public.note_writer();
      CREATE TRIGGER witness AFTER INSERT ON metaops.order_change
        FOR EACH STATEMENT EXECUTE FUNCTION public.note_writer()\
      """;

  /** What befalls the one that follows. */
  private enum Blow {
    KILLED,
    STOPPED
  }

  @AutoClose
  private final TestChain chain =
      TestChain.start(
          options -> options.withMining(new Mining.Every(Duration.ofMillis(250))).withAccounts(10));

  private final TestVenue venue = new TestVenue(chain);
  private final SplittableRandom random = new SplittableRandom(4);
  private final Map<String, List<Long>> takeovers = new TreeMap<>();
  @TempDir private Path directory;
  private int started;

  @Test
  void whateverBefallsOneTheOtherGoesOnAndWhoWakesLateWritesNothing() throws Exception {
    venue.execute(WITNESS);
    Trading trading = Trading.begin(venue);
    try (LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute())) {
      int half = ROUNDS / 2;
      befall(ledger, Replica.Host.THIS, half);
      befall(ledger, Replica.Host.ANOTHER, ROUNDS - half);
    } finally {
      trading.end();
    }
    trading.assertAsInAStraightRun();

    takeovers.forEach((round, millis) -> System.out.println("  " + line(round, millis)));
    System.out.println(
        line("replicas", takeovers.values().stream().flatMap(List::stream).toList())
            + ", lease "
            + LEASE.toMillis()
            + " ms, "
            + trading.orders().size()
            + " orders, "
            + venue.one("SELECT count(*) FROM metaops.event")
            + " events, lost 0, doubled 0");
    assertThat(venue.all("SELECT DISTINCT of FROM public.written ORDER BY 1"))
        .containsExactly("block", "event", "order_change");
    assertThat(
            venue.all(
                "SELECT * FROM public.written WHERE writer LIKE 'serve %'"
                    + " AND split_part(writer, ' ', 2) <> split_part(holder, '/', 2)"))
        .as("written by one that did not hold the lease")
        .isEmpty();
    assertThat(
            venue.all(
                "SELECT epoch FROM public.written GROUP BY epoch HAVING count(DISTINCT writer) >"
                    + " 1"))
        .as("epochs with two writers")
        .isEmpty();
    assertThat(Integer.parseInt(venue.one("SELECT count(DISTINCT epoch) FROM public.written")))
        .isGreaterThanOrEqualTo(ROUNDS);
  }

  /** So many rounds with two replicas, one on this host and the other where it says. */
  private void befall(LedgerStore ledger, Replica.Host where, int rounds)
      throws IOException, InterruptedException, SQLException {
    List<Replica> all = new ArrayList<>();
    try {
      Replica leader = replica(Replica.Host.THIS, all);
      Replica other = replica(where, all);
      Replica spare = replica(Replica.Host.THIS, all); // every killed one is of this host
      leader.begins();
      awaitHolder(ledger, leader);
      other.begins();
      for (int round = 0; round < rounds; round++) {
        Blow blow = Blow.values()[round % 2];
        other.awaitWaiting();
        awaitMoreWritten(ledger);
        SystemTicker.SYSTEM.rest(Duration.ofMillis(20 + random.nextInt(300)));

        long begun = SystemTicker.SYSTEM.nanos();
        switch (blow) {
          case KILLED -> leader.kill();
          case STOPPED -> leader.stop();
        }
        awaitHolder(ledger, other);
        takeovers
            .computeIfAbsent(name(blow, where), _ -> new ArrayList<>())
            .add((SystemTicker.SYSTEM.nanos() - begun) / 1_000_000);
        awaitMoreWritten(ledger);

        Replica former = leader;
        leader = other;
        switch (blow) {
          case KILLED -> {
            spare.begins();
            other = spare;
            spare = replica(Replica.Host.THIS, all);
          }
          case STOPPED -> {
            former.resume();
            other = former;
          }
        }
      }
      other.awaitWaiting();
      awaitHolder(ledger, leader);
    } finally {
      all.forEach(Replica::close);
    }
  }

  private Replica replica(Replica.Host host, List<Replica> all) {
    Replica replica = Replica.of(venue, host, LEASE, directory, started++);
    all.add(replica);
    return replica;
  }

  private static void awaitHolder(LedgerStore ledger, Replica replica) {
    await(
        "its lease: " + replica.output(),
        () ->
            stream(ledger)
                .filter(stream -> stream.leaseHolder().filter(replica::signed).isPresent())
                .isPresent());
  }

  private static void awaitMoreWritten(LedgerStore ledger) {
    long before = stream(ledger).orElseThrow().cursor().number();
    await("more blocks", () -> stream(ledger).orElseThrow().cursor().number() > before);
  }

  private static void await(String what, BooleanSupplier isSo) {
    assertThat(ServeProcess.becomes(PATIENCE, isSo)).as(what).isTrue();
  }

  private static Optional<Stream> stream(LedgerStore ledger) {
    try {
      ledger.waitUntil(TestPostgres.minute());
      return ledger.stream();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(Blow blow, Replica.Host other) {
    return switch (other) {
      case THIS -> blow + ", both on one host";
      case ANOTHER -> blow + ", on two hosts";
    };
  }

  private static String line(String what, List<Long> millis) {
    List<Long> sorted = millis.stream().sorted().toList();
    return "%s: %d takeovers, p50 %d ms, max %d ms"
        .formatted(what, sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
  }
}
