package dev.metaops.command;

import dev.metaops.page.Listing;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Whether our parts and what they lean on are well. */
public sealed interface HealthCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.health().to(this, conversation);
  }

  /** What is looked at. */
  enum Subject {
    /** Database, chain, listener and services, within 3 seconds whatever is broken. */
    QUICK(Need.ANYTHING),
    /** All there is, within 10 seconds. */
    FULL(Need.ANYTHING),
    DATABASE(Need.ORDERS),
    BLOCKCHAIN(Need.CHAIN),
    LISTENER(Need.ORDERS),
    ORDERS(Need.ORDERS),
    KEYS(Need.ANYTHING),
    FRONTEND(Need.NOTHING),
    SERVICES(Need.NOTHING),
    RESOURCES(Need.NOTHING);

    private final Need need;

    Subject(Need need) {
      this.need = need;
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How often. */
  enum Times {
    ONCE,
    /** Drawn anew every few seconds, until Ctrl-C. */
    UNTIL_STOPPED
  }

  /** Looks at one thing. */
  record Look(Subject subject, Times times) implements HealthCommand {
    /** Once. */
    public Look(Subject subject) {
      this(subject, Times.ONCE);
    }

    @Override
    public String name() {
      return "health " + subject.word();
    }

    @Override
    public Need need() {
      return subject.need;
    }
  }

  /** The form of a report. */
  enum Format {
    JSON,
    HTML
  }

  /**
   * Everything in a form to be kept or sent.
   *
   * @param out a file, replaced where it is there; standard output when empty
   */
  record Report(Format format, Optional<Path> out) implements HealthCommand {
    @Override
    public String name() {
      return "health report";
    }

    @Override
    public Need need() {
      return Need.ANYTHING;
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
}
