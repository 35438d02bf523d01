package dev.metaops.look;

import dev.metaops.canary.CanaryFile;
import dev.metaops.canary.FrontendHealth;
import dev.metaops.canary.Glance;
import dev.metaops.command.Conversation;
import dev.metaops.health.Check;
import dev.metaops.health.Diagnosis;
import dev.metaops.page.EnvironmentLine;
import dev.metaops.reach.VenueRows;
import dev.metaops.time.Deadline;
import java.util.Optional;

/** Looks at the configured front ends once, with what a process that serves knows of them. */
public final class FrontendLook implements Check.Question {
  public static final String COMPONENT = "frontend";
  public static final String NOT_CONFIGURED = "frontend: not configured (a table [frontend.NAME])";

  private final Conversation conversation;

  private FrontendLook(Conversation conversation) {
    this.conversation = conversation;
  }

  /** Empty where none is configured. */
  static Optional<FrontendLook> of(Conversation conversation) {
    return conversation.settings().frontend().all().isEmpty()
        ? Optional.empty()
        : Optional.of(new FrontendLook(conversation));
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    return FrontendHealth.of(
        Glance.at(
            conversation.settings().frontend(),
            new VenueRows(conversation),
            memory(conversation).read(),
            deadline,
            conversation.ticker()),
        helps());
  }

  /** What is kept of the front ends on this machine. */
  public static CanaryFile memory(Conversation conversation) {
    return new CanaryFile(
        conversation.settings().environment().dataDirectory(),
        EnvironmentLine.of(conversation.settings()));
  }

  private String helps() {
    return conversation.settings().services().all().isEmpty()
        ? "metaops connections test"
        : "metaops services status";
  }
}
