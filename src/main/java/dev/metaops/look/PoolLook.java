package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.health.Condition;
import dev.metaops.health.Vital;
import dev.metaops.page.Page;
import dev.metaops.pool.PoolFile;
import dev.metaops.pool.PoolSeen;
import dev.metaops.store.Held;
import dev.metaops.store.PoolState;
import dev.metaops.time.Ages;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The pool of the process that serves on this machine, beside what the database says itself. */
final class PoolLook {
  private static final String NAME = "pool of serve";

  private PoolLook() {}

  /** Empty where none serves with this data directory. */
  static Optional<Vital> of(Conversation conversation) {
    Instant now = conversation.ticker().now();
    return new PoolFile(conversation.settings().environment().dataDirectory())
        .read()
        .filter(seen -> seen.isFresh(now))
        .map(PoolLook::vital);
  }

  static Vital vital(PoolSeen seen) {
    PoolState state = seen.state();
    Optional<Held> leak =
        state.held().stream()
            .filter(held -> held.held().compareTo(seen.leakAfter()) >= 0)
            .findFirst();
    boolean isExhausted = state.used() == state.size() && state.waiting() > 0;
    return new Vital(
            NAME,
            state.used()
                + " of "
                + state.size()
                + " in use, "
                + state.idle()
                + " idle, "
                + state.waiting()
                + " waiting"
                + leak.map(held ->
                        "; held for "
                            + Ages.of(held.held())
                            + " by "
                            + Page.printable(held.holder()))
                    .orElse(""),
            "none held over " + Ages.of(seen.leakAfter()),
            leak.isPresent() || isExhausted ? Condition.DEGRADED : Condition.UP)
        .gauged(state.used(), state.size());
  }

  /** What helps where the pool is what is not well. */
  static Optional<String> next(List<Vital> measured) {
    return measured.stream()
        .filter(vital -> vital.name().equals(NAME) && vital.condition() != Condition.UP)
        .findFirst()
        .map(_ -> "metaops db reset-pool");
  }
}
