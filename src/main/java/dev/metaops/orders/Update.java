package dev.metaops.orders;

import java.time.Instant;

/**
 * A change of an order, and who made it.
 *
 * @param what for people: {@code PENDING to SETTLED}, {@code edited: notes}, {@code created}
 * @param by the listener's epoch, the plan, or the database login and application, and who claimed
 *     it
 */
public record Update(Instant at, String orderId, Origin origin, String what, String by) {
  /** Whose doing it was. */
  public enum Origin {
    /** The listener, from chain events. */
    LISTENER,
    /** A person, through metaops, with a plan. */
    INTERVENTION,
    /** The venue created a row. */
    VENUE,
    /** Somebody else's SQL, which a person said was theirs. */
    CLAIMED,
    /** Somebody else's SQL. */
    UNATTRIBUTED
  }
}
