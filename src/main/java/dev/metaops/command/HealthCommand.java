package dev.metaops.command;

import java.util.Optional;

/** Whether our parts and what they lean on are well. */
public sealed interface HealthCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.health().to(this, conversation);
  }

  /** Database, chain, listener and services, within 3 seconds whatever is broken. */
  record Quick() implements HealthCommand {
    @Override
    public String name() {
      return "health quick";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
    }
  }

  /** The orders database alone. */
  record Database() implements HealthCommand {
    @Override
    public String name() {
      return "health database";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Each provider alone. */
  record Blockchain() implements HealthCommand {
    @Override
    public String name() {
      return "health blockchain";
    }

    @Override
    public Need need() {
      return Need.CHAIN;
    }
  }

  /**
   * What nodes said that was not so.
   *
   * @param provider a part of its name; empty for every node
   */
  record Lies(Optional<String> provider, Listing listing) implements HealthCommand {
    @Override
    public String name() {
      return "health blockchain";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** The listener alone. */
  record Listener() implements HealthCommand {
    @Override
    public String name() {
      return "health listener";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** The venue's own processes alone. */
  record Services() implements HealthCommand {
    @Override
    public String name() {
      return "health services";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
