package dev.metaops.rpc;

import dev.metaops.time.Deadline;

/**
 * Something any node of the chain can be asked. It may be asked of several at once, on other
 * threads, and be interrupted: it changes nothing and remembers nothing.
 */
@FunctionalInterface
public interface Question<T> {
  /**
   * Throws {@link RpcUnavailable} when there is no usable answer.
   *
   * @param provider the node, seen for the purpose that the question was asked for
   */
  T of(Provider provider, Deadline deadline);
}
