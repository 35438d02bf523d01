package dev.metaops.command;

import java.time.Duration;
import java.util.Optional;

/** The record of interventions. */
public sealed interface AuditCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.audit().to(this, conversation);
  }

  /** Who did what, why and from where. */
  record Entries(Duration window, Optional<OrderName> order, Listing listing)
      implements AuditCommand {
    @Override
    public String name() {
      return "audit list";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** Whether the chain of records is whole. */
  record Verify() implements AuditCommand {
    @Override
    public String name() {
      return "audit verify";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }
}
