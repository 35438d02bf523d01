package dev.metaops.command;

import dev.metaops.chain.Address;
import java.util.Optional;

/** The accounts that send the venue's settlements. */
public sealed interface SenderCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.sender().to(this, conversation);
  }

  /** Whether it can send: this account, else those configured, else the contract's arbiter. */
  record Status(Optional<Address> address) implements SenderCommand {
    @Override
    public String name() {
      return "sender status";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }
}
