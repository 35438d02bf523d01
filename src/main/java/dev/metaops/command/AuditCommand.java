package dev.metaops.command;

import dev.metaops.page.Listing;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  /**
   * Whether the record is whole.
   *
   * @param from an export to look at instead of the database
   * @param keys public keys that are believed, as {@code audit key} prints them; without any, those
   *     that are kept on this machine
   */
  record Verify(Optional<Path> from, List<String> keys) implements AuditCommand {
    public Verify {
      keys = List.copyOf(keys);
    }

    /** Of the database, with the keys of this machine. */
    public static Verify here() {
      return new Verify(Optional.empty(), List.of());
    }

    @Override
    public String name() {
      return "audit verify";
    }

    @Override
    public Need need() {
      return from.isPresent() ? Need.NOTHING : Need.ORDERS;
    }
  }

  /** The record as a directory that can be checked elsewhere. */
  record Export(Path directory) implements AuditCommand {
    @Override
    public String name() {
      return "audit export";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /**
   * Edits that others made by SQL become somebody's: whoever runs it says they were theirs.
   *
   * @param login whose edits, as the record has them
   * @param reason never empty
   */
  record Claim(String login, Since since, String reason) implements AuditCommand {
    /** From when on. */
    public sealed interface Since {
      /** So long ago. */
      record Ago(Duration age) implements Since {}

      /** That moment. */
      record At(Instant time) implements Since {}

      /** As of this moment. */
      default Instant from(Instant now) {
        return switch (this) {
          case Ago(Duration age) -> now.minus(age);
          case At(Instant time) -> time;
        };
      }
    }

    @Override
    public String name() {
      return "audit claim";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /** The public keys of checkpoints. */
  record Key(Change change) implements AuditCommand {
    /** What happens to the key that signs. */
    public enum Change {
      NONE,
      /** A new one takes its place. */
      ROTATE
    }

    @Override
    public String name() {
      return "audit key";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }
}
