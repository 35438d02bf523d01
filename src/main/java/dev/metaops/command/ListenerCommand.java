package dev.metaops.command;

import dev.metaops.chain.Hash;
import java.util.Optional;

/** The listener, seen from another process. */
public sealed interface ListenerCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.listener().to(this, conversation);
  }

  /** Dead, hung, paused and idle told apart. */
  record Status() implements ListenerCommand {
    @Override
    public String name() {
      return "listener status";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Whether it could hear what it has to, tried from here. */
  record Test() implements ListenerCommand {
    @Override
    public String name() {
      return "listener test";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }

  /**
   * Goes back past settled blocks that the chain took back.
   *
   * @param to a block of the ledger; empty for the last both forks share
   */
  record Rewind(Optional<Hash> to, Optional<String> reason, Consent consent)
      implements ListenerCommand {
    @Override
    public String name() {
      return "listener rewind";
    }

    @Override
    public Need need() {
      return Need.ORDERS_AND_CHAIN;
    }
  }
}
