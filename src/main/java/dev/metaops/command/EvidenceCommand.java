package dev.metaops.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Bundles of evidence. */
public sealed interface EvidenceCommand extends Command {
  @Override
  default Answer askOf(Nouns nouns, Conversation conversation) {
    return nouns.evidence().to(this, conversation);
  }

  /** What a bundle is about. */
  sealed interface Subject {
    record Order(OrderName order) implements Subject {}

    record Plan(String id) implements Subject {}

    record Incident(String id) implements Subject {}
  }

  /**
   * Everything known of a subject as one file that can be checked anywhere.
   *
   * @param to a file that is not there yet; by itself {@code evidence-NAME.zip} here
   */
  record Export(Subject subject, Optional<Path> to) implements EvidenceCommand {
    @Override
    public String name() {
      return "evidence export";
    }

    @Override
    public Need need() {
      return Need.ORDERS;
    }
  }

  /**
   * Whether a bundle holds.
   *
   * @param keys public keys that are believed; without any, those that are kept on this machine
   */
  record Verify(Path file, List<String> keys) implements EvidenceCommand {
    public Verify {
      keys = List.copyOf(keys);
    }

    @Override
    public String name() {
      return "evidence verify";
    }

    @Override
    public Need need() {
      return Need.NOTHING;
    }
  }
}
