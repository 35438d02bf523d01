package dev.metaops.setup;

import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Log;
import dev.metaops.contract.Observation;
import dev.metaops.orders.TableSurvey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What {@code config init} saw, before anything is made of it. */
record ConfigInitSeen(Table table, Chain chain, Contract contract, List<Neighbours> neighbours) {

  /** The orders table. */
  sealed interface Table {
    record NotConfigured() implements Table {}

    record Unread(String why) implements Table {}

    /**
     * It was read.
     *
     * @param others tables that could be it as well
     * @param how why this one was looked at
     */
    record Read(TableSurvey survey, List<String> others, Choice how) implements Table {}

    /** No table of the name that is configured, and not exactly one that could be it. */
    record NotThere(String name, List<String> candidates, int tables) implements Table {}
  }

  /** Why a table was looked at. */
  enum Choice {
    /** It has the configured name, or the usual one. */
    NAMED,
    /** It is the only one that looks like orders. */
    ONLY_CANDIDATE
  }

  /** The chain. */
  sealed interface Chain {
    record NotConfigured() implements Chain {}

    record Unread(String why) implements Chain {}

    /**
     * It was read.
     *
     * @param pace from one block to the next
     */
    record Read(long id, ChainHead head, Optional<Duration> pace) implements Chain {}
  }

  /** The contract. */
  sealed interface Contract {
    record NotConfigured() implements Contract {}

    record Unread(String why) implements Contract {}

    record Read(Observation observation, Recent recent, Birth birth) implements Contract {}
  }

  /**
   * What it emitted lately.
   *
   * @param from the oldest block that was read
   * @param stopped why no older one was
   */
  record Recent(List<Log> logs, long from, long to, Optional<String> stopped) {}

  /** The first block with code. */
  sealed interface Birth {
    record In(long block) implements Birth {}

    record Unknown(String why) implements Birth {}
  }
}
