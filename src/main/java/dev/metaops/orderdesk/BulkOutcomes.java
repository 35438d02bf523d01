package dev.metaops.orderdesk;

import dev.metaops.command.ExitCode;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.plan.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** What became of the orders that a bulk was to move. Not thread-safe. */
final class BulkOutcomes {
  /** Orders named on the screen of one outcome. */
  private static final int NAMED = 10;

  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private final Set<String> verified = new HashSet<>();
  private Optional<String> unread = Optional.empty();

  void add(List<Outcome> some) {
    some.forEach(outcome -> outcomes.put(outcome.orderId(), outcome));
  }

  /** Row and contract were read again, and both are where the order was moved. */
  void verified(String orderId) {
    verified.add(orderId);
  }

  /** Nothing could be read again. */
  void unread(String why) {
    unread = Optional.of(why);
  }

  /** Moved, or there already. */
  List<String> there() {
    return outcomes.values().stream().filter(BulkOutcomes::isThere).map(Outcome::orderId).toList();
  }

  private static boolean isThere(Outcome outcome) {
    return switch (outcome.kind()) {
      case APPLIED, ALREADY -> true;
      case CHANGED, VOID, LOCKED -> false;
    };
  }

  int tried() {
    return outcomes.size();
  }

  private List<String> unverified() {
    return there().stream().filter(id -> !verified.contains(id)).toList();
  }

  /** SPEC §4: the worst of them. */
  ExitCode exit() {
    ExitCode exit = unverified().isEmpty() ? ExitCode.FINE : ExitCode.CRITICAL;
    for (Outcome outcome : outcomes.values()) {
      exit =
          exit.worst(
              switch (outcome.kind()) {
                case APPLIED, ALREADY -> ExitCode.FINE;
                case CHANGED, VOID -> ExitCode.WORLD_CHANGED;
                case LOCKED -> ExitCode.COULD_NOT;
              });
    }
    return exit;
  }

  void drawText(Page page) {
    Map<Outcome.Kind, List<Outcome>> byKind = new EnumMap<>(Outcome.Kind.class);
    outcomes
        .values()
        .forEach(
            outcome -> byKind.computeIfAbsent(outcome.kind(), _ -> new ArrayList<>()).add(outcome));
    byKind.forEach((kind, some) -> {
      if (kind != Outcome.Kind.APPLIED) {
        page.line(
            kind == Outcome.Kind.ALREADY ? Ink.PLAIN : Ink.WARNING,
            "  " + some.size() + "  " + words(kind) + ": " + named(some));
      }
    });
    List<String> missing = unverified();
    if (!missing.isEmpty()) {
      page.line(
          Ink.BAD,
          "  "
              + missing.size()
              + "  written and NOT verified"
              + unread.map(why -> " (" + why + ")").orElse("")
              + ": metaops order verify "
              + missing.getFirst());
    }
  }

  private static String words(Outcome.Kind kind) {
    return switch (kind) {
      case APPLIED -> "moved";
      case ALREADY -> "there already";
      case CHANGED -> "skipped, written by somebody else meanwhile";
      case VOID -> "skipped, the evidence is void";
      case LOCKED -> "skipped, held by another session";
    };
  }

  private static String named(List<Outcome> some) {
    List<String> names =
        new ArrayList<>(
            some.stream()
                .limit(NAMED)
                .map(outcome ->
                    outcome.orderId()
                        + (outcome.kind() == Outcome.Kind.ALREADY
                            ? ""
                            : " (" + outcome.why() + ")"))
                .toList());
    if (some.size() > NAMED) {
      names.add((some.size() - NAMED) + " more; -o json has all");
    }
    return String.join(", ", names);
  }

  void drawJson(String orderId, ObjectNode into) {
    Optional.ofNullable(outcomes.get(orderId))
        .ifPresent(outcome -> {
          into.put("outcome", outcome.kind().name().toLowerCase(Locale.ROOT));
          if (!outcome.why().isEmpty()) {
            into.put("outcome_why", outcome.why());
          }
          if (isThere(outcome)) {
            into.put("verified", verified.contains(orderId));
          }
        });
  }
}
