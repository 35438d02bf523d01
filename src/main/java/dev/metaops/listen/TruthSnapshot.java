package dev.metaops.listen;

import dev.metaops.ledger.Stream;
import java.util.Optional;

/**
 * What was read of a ledger, in order to tell whether rows can be believed.
 *
 * @param unproved final blocks whose events nobody proved to be all of them
 * @param gaps finalized ranges that are not certified
 */
public record TruthSnapshot(Reading reading, Tally gaps, Tally unproved) {
  /** Whether the ledger could be read. */
  public sealed interface Reading {
    /** Empty when nothing ever followed a chain into it. */
    record Read(Optional<Stream> stream) implements Reading {}

    record Unread(String why) implements Reading {}
  }

  /** A number the ledger keeps, or why there is none. */
  public sealed interface Tally {
    record Counted(long number) implements Tally {}

    /** This ledger does not keep count of it. */
    record NotKept() implements Tally {}

    record Unread(String why) implements Tally {}
  }

  /** Of a ledger that could not be read. */
  public static TruthSnapshot unread(String why) {
    return new TruthSnapshot(new Reading.Unread(why), new Tally.NotKept(), new Tally.NotKept());
  }

  /** Of a ledger that keeps no certificates. */
  public static TruthSnapshot of(Optional<Stream> stream) {
    return new TruthSnapshot(new Reading.Read(stream), new Tally.NotKept(), new Tally.NotKept());
  }
}
