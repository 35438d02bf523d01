package dev.metaops.demo;

import java.time.Duration;

/** When the local chain makes a block. */
public sealed interface Mining {
  /** One block for each transaction, at once. Breaks down under load from many senders. */
  record EachTransaction() implements Mining {}

  /** One block every so often, with or without transactions; whole milliseconds, at least 50. */
  record Every(Duration blockTime) implements Mining {
    public Every {
      if (blockTime.toMillis() < 50) {
        throw new IllegalArgumentException("block time: " + blockTime + " (expected: >= PT0.05S)");
      }
    }
  }

  /** Only when asked to, by {@code anvil_mine}. */
  record OnRequest() implements Mining {}
}
