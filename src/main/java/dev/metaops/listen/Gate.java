package dev.metaops.listen;

import java.util.Optional;

/** Asked before each batch, for reasons not to write that the orders database may not know. */
@FunctionalInterface
public interface Gate {
  /** Nothing but the orders database ever says no. */
  Gate OPEN = Optional::empty;

  /** The orders database was opened, and no lease of it is taken yet. Bounded, like the other. */
  default void opened() {}

  /** Why nothing may be written now; empty when it may. Bounded; on the listener's thread. */
  Optional<String> shutBecause();
}
