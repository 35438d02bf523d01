package dev.metaops.command;

import dev.metaops.chain.Address;
import dev.metaops.order.OrderState;
import dev.metaops.order.Witnesses;
import dev.metaops.page.Listing;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** What can be asked about orders. */
public sealed interface OrderCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.order().to(this, conversation);
  }

  /**
   * The orders that are contradicted, past their deadline, or too long in one state.
   *
   * @param age how long in one state is too long; empty for the configured standard
   */
  record CheckStuck(
      Optional<Duration> age, Optional<OrderState> state, Listing listing, Evidence evidence)
      implements OrderCommand {
    @Override
    public String name() {
      return "order check-stuck";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Whether the chain is asked. */
  enum Evidence {
    CHAIN,
    ROWS_ONLY
  }

  /** Count, value and oldest age by state, of rows that changed within {@code window}. */
  record States(Duration window) implements OrderCommand {
    @Override
    public String name() {
      return "order states";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Why an order is where it is, and everything known about it. */
  record Show(OrderName order) implements OrderCommand {
    @Override
    public String name() {
      return "order show";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** What the finalized chain says of an order. */
  record Verify(OrderName order) implements OrderCommand {
    @Override
    public String name() {
      return "order verify";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }

  /**
   * Moves a row to where the chain proves it.
   *
   * @param only only if the chain proves this state; empty for wherever it proves
   */
  record Fix(
      OrderName order,
      Optional<OrderState> only,
      Optional<String> reason,
      Consent consent,
      Witnesses witnesses)
      implements OrderCommand {
    /** Two witnesses, where there are several. */
    public Fix(
        OrderName order, Optional<OrderState> only, Optional<String> reason, Consent consent) {
      this(order, only, reason, consent, Witnesses.TWO_OF_SEVERAL);
    }

    @Override
    public String name() {
      return "order fix";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /**
   * Moves many rows to where the chain proves them.
   *
   * @param only only those the chain proves to be in this state; empty for wherever it proves
   * @param most how many rows may change at most; empty when nobody said
   */
  record BulkFix(
      Choice choice,
      Optional<OrderState> only,
      Optional<String> reason,
      Consent consent,
      Optional<Integer> most,
      Witnesses witnesses)
      implements OrderCommand {
    @Override
    public String name() {
      return "order bulk-fix";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /** Which orders. */
  sealed interface Choice {
    /**
     * Open ones that have had their state for longer.
     *
     * @param age empty for the configured standard
     */
    record Stuck(Optional<Duration> age) implements Choice {}

    /** Those whose ids a file has, one a line. */
    record Listed(Path file) implements Choice {}

    /** Those whose ids come on standard input. */
    record Piped() implements Choice {}
  }

  /**
   * The orders whose money may be paid back by now.
   *
   * @param arbiter whose batch is asked for; empty for the one most of them have
   */
  record Refundable(Listing listing, Optional<Address> arbiter) implements OrderCommand {
    @Override
    public String name() {
      return "order refundable";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }

  /** States, oldest stuck, interventions of 24 hours, edits nobody owns. */
  record Report() implements OrderCommand {
    @Override
    public String name() {
      return "order report";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }
}
