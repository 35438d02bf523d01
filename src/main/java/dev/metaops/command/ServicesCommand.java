package dev.metaops.command;

import dev.metaops.services.Asked;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The venue's own processes. All of it works with everything else down. */
public sealed interface ServicesCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.services().to(this, conversation);
  }

  @Override
  default Need need() {
    return Need.NOTHING;
  }

  /** How each is. */
  record Status() implements ServicesCommand {
    @Override
    public String name() {
      return "services status";
    }
  }

  /**
   * Stops, starts or restarts, at once.
   *
   * @param readyWithin in place of each one's own; empty when the person did not say
   */
  record Undertake(
      Asked.Verb verb,
      Chosen chosen,
      Asked.Zeal zeal,
      Afterwards afterwards,
      Optional<Duration> readyWithin)
      implements ServicesCommand {
    @Override
    public String name() {
      return "services " + verb.word();
    }
  }

  /** Which ones. */
  sealed interface Chosen {
    record All() implements Chosen {}

    record Named(List<String> names) implements Chosen {
      public Named {
        names = List.copyOf(names);
      }
    }
  }

  /** What is looked at when it is done. */
  enum Afterwards {
    QUICK_HEALTH,
    NOTHING
  }

  /** What one wrote. */
  record Logs(String service, int lines) implements ServicesCommand {
    public static final int STANDARD = 50;

    @Override
    public String name() {
      return "services logs";
    }
  }

  /** What the supervisors of this machine run, as configuration. */
  record Discover() implements ServicesCommand {
    @Override
    public String name() {
      return "services discover";
    }
  }
}
