package dev.metaops.rpc;

import java.util.Optional;

/**
 * What a node takes at once, as far as its refusals have said. Empty: no limit met so far.
 *
 * @param blocks of one question for logs, by the node's own rule
 * @param blocksNow of one question for logs, so that the answer is not too large; grows again
 * @param batch questions in one request
 * @param callsASecond as the node said, or as it was found out; grows again
 */
public record Limits(
    Optional<Long> blocks,
    Optional<Long> blocksNow,
    Optional<Integer> batch,
    Optional<Integer> callsASecond) {
  public static final Limits NONE =
      new Limits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
}
