package dev.metaops.look;

import dev.metaops.command.Conversation;
import dev.metaops.config.Problem;
import dev.metaops.config.ServicesSection.Role;
import dev.metaops.health.Check;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.reach.Reach;
import dev.metaops.services.Door;
import dev.metaops.services.Look;
import dev.metaops.services.Readiness;
import dev.metaops.services.Services;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the configured services, and keeps how each was found. */
public final class ServicesLook implements Check.Question {
  /** Where a problem of the file as a whole is reported. */
  private static final Set<String> WHOLE_FILE = Set.of("the file", "--config", "METAOPS_CONFIG");

  public static final String STATUS = "metaops services status";

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
    return new Diagnosis(worst, sentence, vitals, next(looks));
  }

  private static String value(Look look) {
    return switch (look.standing()) {
      case READY, UNKNOWN -> look.sighting().text();
      case STOPPED -> look.sighting().text() + stranger(look).map(held -> ", " + held).orElse("");
      case NOT_READY -> look.sighting().text() + ", not ready: " + ready(look.readiness());
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

  /** The one command that helps; empty when nothing is wrong. No stranger is ended by one. */
  public static Optional<String> next(List<Look> looks) {
    List<Look> unwell =
        looks.stream().filter(look -> look.standing() != Look.Standing.READY).toList();
    return unwell.stream()
        .flatMap(look -> revival(look).stream())
        .findFirst()
        .or(() -> unwell.isEmpty() ? Optional.empty() : Optional.of(STATUS));
  }

  private static Optional<String> revival(Look look) {
    String name = look.service().name();
    return switch (look.standing()) {
      case READY, UNKNOWN -> Optional.empty();
      case STOPPED ->
          stranger(look).isPresent()
              ? Optional.empty()
              : Optional.of("metaops services start " + name);
      case NOT_READY ->
          stranger(look).isPresent()
              ? Optional.empty()
              : Optional.of("metaops services restart " + name);
    };
  }

  /** Whoever holds one of its ports and is none of its own. */
  static Optional<String> stranger(Look look) {
    return look.doors().stream()
        .flatMap(door ->
            door instanceof Door.Anothers(int port, String holder)
                ? Stream.of("port " + port + " is held by " + holder)
                : Stream.empty())
        .findFirst();
  }

  public static String ready(Readiness readiness) {
    return switch (readiness) {
      case Readiness.Ready _ -> "ready";
      case Readiness.Untold(String why) -> why;
      case Readiness.NotYet(String why) -> why;
    };
  }

  /** Why no service can be told from the configuration; what else is wrong with it is no matter. */
  public static Optional<String> unusable(Conversation conversation) {
    List<Problem> problems =
        conversation.configuration().problems().stream()
            .filter(problem ->
                problem.key().equals("services")
                    || problem.key().startsWith("services.")
                    || WHOLE_FILE.contains(problem.key()))
            .toList();
    if (!problems.isEmpty()) {
      return Optional.of(
          problems.stream().map(Problem::sentence).collect(Collectors.joining("\n")));
    }
    return conversation.settings().services().all().isEmpty()
        ? Optional.of(
            "no service is configured: metaops services discover prints a [services] section for"
                + " metaops.toml")
        : Optional.empty();
  }
}
