package dev.metaops.orderstatus;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What was sent since the process began. Thread-safe. */
final class Counts {
  private final Map<Follower.Transport, LongAdder> sent =
      Map.of(
          Follower.Transport.SSE, new LongAdder(), Follower.Transport.WEBSOCKET, new LongAdder());
  private final LongAdder refused = new LongAdder();

  void sent(Follower.Transport transport) {
    of(transport).increment();
  }

  long sentTo(Follower.Transport transport) {
    return of(transport).sum();
  }

  /** Somebody was told to come again, because there was no room. */
  void refused() {
    refused.increment();
  }

  long refusedSoFar() {
    return refused.sum();
  }

  private LongAdder of(Follower.Transport transport) {
    return sent.getOrDefault(transport, refused);
  }
}
