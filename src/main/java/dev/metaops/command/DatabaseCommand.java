package dev.metaops.command;

import dev.metaops.page.Listing;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The orders database. */
public sealed interface DatabaseCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.database().to(this, conversation);
  }

  /** Who changed which orders within {@code window}. */
  record Updates(Duration window, Listing listing) implements DatabaseCommand {
    @Override
    public String name() {
      return "db updates";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** The process that serves opens the connections of its pool anew. */
  record ResetPool() implements DatabaseCommand {
    @Override
    public String name() {
      return "db reset-pool";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }

  /** Ends the freeze of an orders database that came back from a backup of {@code to}. */
  record Restored(Instant to, Optional<String> reason, Consent consent) implements DatabaseCommand {
    @Override
    public String name() {
      return "db restored";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }
}
