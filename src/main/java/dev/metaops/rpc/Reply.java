package dev.metaops.rpc;

import java.util.Optional;

/** What a node said to one of many questions that were asked together. */
public sealed interface Reply<T> {
  /** Its answer; empty where it has nothing under that name. */
  record Said<T>(Optional<T> value) implements Reply<T> {}

  /** It said nothing usable to this one. */
  record Failed<T>(RpcFailure failure) implements Reply<T> {}

  /** The answer, empty too when there was none. */
  default Optional<T> value() {
    return switch (this) {
      case Said<T>(Optional<T> value) -> value;
      case Failed<T> _ -> Optional.empty();
    };
  }
}
