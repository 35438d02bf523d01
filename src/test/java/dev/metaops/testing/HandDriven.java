package dev.metaops.testing;

import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Stream;
import dev.metaops.listen.Assurance;
import dev.metaops.listen.Beside;
import dev.metaops.listen.EventLog;
import dev.metaops.listen.Followed;
import dev.metaops.listen.Follower;
import dev.metaops.listen.Proving;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Providers;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/** A follower driven step by step, in the test's own thread. */
public final class HandDriven implements AutoCloseable {
  private static final int MOST_STEPS = 500;

  private final LedgerStore ledger;
  private final Lease lease;
  private final Follower follower;

  private HandDriven(LedgerStore ledger, Lease lease, Follower follower) {
    this.ledger = ledger;
    this.lease = lease;
    this.follower = follower;
  }

  /** Follows from this block on, unless the database says where; whoever else did so is fenced. */
  public static HandDriven from(Header start, TestVenue venue, SettleOn settleOn)
      throws SQLException {
    return from(start, venue, settleOn, venue.provider());
  }

  /** Reading from this node. */
  public static HandDriven from(Header start, TestVenue venue, SettleOn settleOn, Provider provider)
      throws SQLException {
    return from(
        start,
        venue,
        settleOn,
        Providers.of(provider, SystemTicker.SYSTEM),
        Assurance.FULL,
        provider.chainId(TestPostgres.minute()));
  }

  /** Reading from these nodes, with as much assurance as said. */
  public static HandDriven from(
      Header start,
      TestVenue venue,
      SettleOn settleOn,
      Providers providers,
      Assurance assurance,
      long chain)
      throws SQLException {
    LedgerStore ledger = LedgerStore.open(venue.orders(), TestPostgres.minute());
    ledger.openStream(chain, start, settleOn);
    Lease lease =
        ledger
            .takeLease(
                chain, "hand", ledger.stream().flatMap(Stream::leaseHolder), Duration.ofSeconds(60))
            .orElseThrow();
    return new HandDriven(
        ledger,
        lease,
        new Follower(
            venue.watched(settleOn, assurance),
            providers,
            Proving.of(chain, providers, assurance, ledger, SystemTicker.SYSTEM),
            ledger,
            lease,
            new EventLog(
                directory(),
                why -> {
                  throw new IllegalStateException(why);
                },
                SystemTicker.SYSTEM),
            Beside.inTurn(TestPostgres::minute),
            _ -> {}));
  }

  /** From the chain's first block, settling on finalized ones. */
  public static HandDriven of(TestVenue venue) throws SQLException {
    return from(venue.chain().header(0), venue, new SettleOn.Finalized());
  }

  /** Brings the ledger to the chain's head and goes: whoever asks next finds no listener. */
  public static void follow(TestVenue venue) throws SQLException {
    try (HandDriven listener = of(venue)) {
      listener.catchUp();
    }
    venue.execute("UPDATE metaops.stream SET lease_holder = NULL");
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target", "events")), "log");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public LedgerStore ledger() {
    return ledger;
  }

  public Lease lease() {
    return lease;
  }

  public Followed step() throws SQLException {
    return follower.step(Deadline.in(Duration.ofSeconds(10), SystemTicker.SYSTEM));
  }

  /** Steps until there is nothing more to read; the last answer. */
  public Followed catchUp() throws SQLException {
    for (int steps = 0; steps < MOST_STEPS; steps++) {
      Followed followed = step();
      if (!(followed instanceof Followed.Advanced)) {
        return followed;
      }
    }
    throw new IllegalStateException("not at the head after " + MOST_STEPS + " steps");
  }

  @Override
  public void close() throws SQLException {
    ledger.close();
  }
}
