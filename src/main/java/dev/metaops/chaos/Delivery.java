package dev.metaops.chaos;

import dev.metaops.rpc.Transport;
import java.time.Duration;

/** What the asker gets to see. */
public sealed interface Delivery {
  /**
   * Something comes back.
   *
   * @param outcome of the exchange, the honest node's own failure included
   * @param late how much later than the honest node's
   */
  record Comes(Transport.Outcome outcome, Duration late) implements Delivery {}

  /**
   * The whole length is promised and half of it comes.
   *
   * @param body the whole; nobody compares these
   */
  @SuppressWarnings("ArrayRecordComponent")
  record CutShort(byte[] body) implements Delivery {}

  /** Nothing, ever. */
  record Nothing() implements Delivery {}

  /** The connection is reset. */
  record Reset() implements Delivery {}
}
