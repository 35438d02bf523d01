package dev.metaops.command;

import dev.metaops.page.Listing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What the chain said. */
public sealed interface EventsCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.events().to(this, conversation);
  }

  /**
   * The events of one contract beside the rows they should have moved. {@code contract} is a
   * configured name; {@code escrow} is the escrow contract.
   */
  record Recent(String contract, Duration window, Compare compare, Listing listing)
      implements EventsCommand {
    @Override
    public String name() {
      return "events recent";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }

  /**
   * The events of the escrow as they come.
   *
   * @param most how long; empty until it is stopped
   */
  record Follow(Optional<Duration> most) implements EventsCommand {
    @Override
    public String name() {
      return "events follow";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }

  /** Every open order against its contract's own storage, whatever the ledger says. */
  record Sweep(Listing listing) implements EventsCommand {
    @Override
    public String name() {
      return "events sweep";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /** What of the settled blocks is proved to be complete, and what is not. */
  record Gaps(Listing listing) implements EventsCommand {
    @Override
    public String name() {
      return "events gaps";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /**
   * Settled blocks read again and proved.
   *
   * @param to both ends are read; empty for the last that is settled
   */
  record Resync(long from, Optional<Long> to) implements EventsCommand {
    @Override
    public String name() {
      return "events resync";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /**
   * What the ledger holds as proof of an order's events, to hand on.
   *
   * @param to a new file; empty for standard output
   */
  record Prove(OrderName order, Optional<Path> to) implements EventsCommand {
    @Override
    public String name() {
      return "events prove";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /**
   * What the ledger holds as proof of every event of these blocks, to hand on.
   *
   * @param to both ends are meant
   * @param directory a new one; empty for standard output
   */
  record ProveBlocks(long from, long to, Optional<Path> directory) implements EventsCommand {
    @Override
    public String name() {
      return "events prove";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** The proofs in a file, or in each file of a directory, verified, with everything else down. */
  record CheckProof(Path file) implements EventsCommand {
    @Override
    public String name() {
      return "events check-proof";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** Whether rows are shown beside the events. */
  enum Compare {
    WITH_ROWS,
    EVENTS_ONLY
  }
}
