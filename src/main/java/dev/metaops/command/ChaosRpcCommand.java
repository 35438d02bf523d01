package dev.metaops.command;

import dev.metaops.chaos.Fault;
import dev.metaops.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A node that misbehaves on purpose. */
public sealed interface ChaosRpcCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.chaosRpc().to(this, conversation);
  }

  /**
   * Stands in front of a node until it is told to stop.
   *
   * @param upstream the node's URL; empty for the first one configured
   * @param webSocket its WebSocket's URL; empty for the one configured, or the same place
   * @param port on loopback, 0 for any free one
   * @param seed of every random choice; empty for any
   * @param most how long; empty until it is stopped
   */
  record Run(
      Optional<Secret> upstream,
      Optional<Secret> webSocket,
      int port,
      List<Fault> faults,
      OptionalLong seed,
      Optional<Duration> most)
      implements ChaosRpcCommand {
    public Run {
      faults = List.copyOf(faults);
    }

    @Override
    public String name() {
      return "chaos-rpc";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
