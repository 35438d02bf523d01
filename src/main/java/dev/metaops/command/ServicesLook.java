package dev.metaops.command;

import dev.metaops.config.ServicesSection.Role;
import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.services.Look;
import dev.metaops.services.Services;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at the configured services, and keeps how each was found. */
final class ServicesLook implements Check.Question {
  private final Services services;
  private volatile List<Look> looks = List.of();

  private ServicesLook(Services services) {
    this.services = services;
  }

  /** Empty where none is configured. */
  static Optional<ServicesLook> of(Conversation conversation) {
    return conversation.settings().services().all().isEmpty()
        ? Optional.empty()
        : Optional.of(new ServicesLook(Reach.services(conversation)));
  }

  @Override
  public Diagnosis ask(Deadline deadline) {
    looks = services.look(deadline);
    return diagnose(looks);
  }

  /** The one that moves the rows, when it was seen not to run. */
  Optional<Look> deadListener() {
    return looks.stream()
        .filter(look -> look.service().role() == Role.LISTENER)
        .filter(look -> look.standing() == Look.Standing.STOPPED)
        .findFirst();
  }

  /** Pure: the worst of them, each with its state beside what it should be. */
  static Diagnosis diagnose(List<Look> looks) {
    List<Vital> vitals = new ArrayList<>();
    Condition worst = Condition.UP;
    for (Look look : looks) {
      Condition condition = condition(look.standing());
      vitals.add(new Vital(look.service().name(), value(look), "ready", condition));
      worst = worst.worse(condition);
    }
    List<Look> unwell =
        looks.stream().filter(look -> look.standing() != Look.Standing.READY).toList();
    String sentence =
        unwell.isEmpty()
            ? looks.size() + (looks.size() == 1 ? " service is" : " services are") + " ready"
            : unwell.stream()
                    .limit(3)
                    .map(look -> look.service().name() + ": " + value(look))
                    .collect(Collectors.joining("; "))
                + (unwell.size() > 3 ? "; and " + (unwell.size() - 3) + " more" : "");
    return new Diagnosis(worst, sentence, vitals, ServicesScreens.next(looks));
  }

  private static String value(Look look) {
    return switch (look.standing()) {
      case READY, UNKNOWN -> look.sighting().text();
      case STOPPED ->
          look.sighting().text()
              + ServicesScreens.stranger(look).map(held -> ", " + held).orElse("");
      case NOT_READY ->
          look.sighting().text() + ", not ready: " + ServicesScreens.ready(look.readiness());
    };
  }

  private static Condition condition(Look.Standing standing) {
    return switch (standing) {
      case READY -> Condition.UP;
      case NOT_READY -> Condition.DEGRADED;
      case STOPPED -> Condition.DOWN;
      case UNKNOWN -> Condition.UNKNOWN;
    };
  }
}
