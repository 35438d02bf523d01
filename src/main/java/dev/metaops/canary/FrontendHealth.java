package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.health.Condition;
import dev.metaops.health.Diagnosis;
import dev.metaops.health.Vital;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a look at all front ends means: each value beside its threshold. Pure. */
public final class FrontendHealth {
  private static final Duration DROPS_WITHIN = Duration.ofHours(1);
  private static final int MOST_DROPS = 2;
  private static final int MOST_SAID = 3;

  private FrontendHealth() {}

  /**
   * One of them.
   *
   * @param remembered what whoever looks all the time knows; empty when nobody does
   */
  public record Seen(Sighting sighting, Optional<Remembered> remembered) {
    Watched watched() {
      return sighting.watched();
    }

    private List<Drop> drops() {
      return remembered
          .map(known -> Drop.within(known.drops(), DROPS_WITHIN, sighting.at()))
          .orElse(List.of());
    }

    private Condition dropping() {
      return drops().size() > MOST_DROPS ? Condition.DEGRADED : Condition.UP;
    }

    Condition condition() {
      return sighting.answering().worse(sighting.agreeing()).worse(dropping());
    }

    /** What is wrong with it, or what is well. */
    private String sentence() {
      List<String> wrong = new ArrayList<>();
      if (sighting.answering() != Condition.UP) {
        wrong.add(
            sighting.shows(Trouble.SLOW) == Sighting.Told.YES
                ? "slow: " + sighting.reply().text()
                : sighting.reply().text());
      }
      if (sighting.agreeing() != Condition.UP) {
        wrong.add(sighting.said());
      }
      if (dropping() != Condition.UP) {
        wrong.add("dropped its connection " + drops().size() + " times within an hour");
      }
      return wrong.isEmpty() ? sighting.reply().text() : String.join(", ", wrong);
    }
  }

  /**
   * Of all of them, the worst counting.
   *
   * @param helps a command for whom nothing better is known
   */
  public static Diagnosis of(List<Seen> all, String helps) {
    Condition worst = all.stream().map(Seen::condition).reduce(Condition.UP, Condition::worse);
    List<Vital> vitals = new ArrayList<>();
    all.forEach(
        seen -> vitals.addAll(vitals(seen, all.size() > 1 ? seen.watched().name() + " " : "")));
    return new Diagnosis(worst, sentence(all), vitals, next(all, worst, helps));
  }

  private static String sentence(List<Seen> all) {
    List<Seen> unwell = all.stream().filter(seen -> seen.condition() != Condition.UP).toList();
    if (unwell.isEmpty()) {
      return all.size() == 1
          ? all.getFirst().watched().name() + " " + all.getFirst().sentence()
          : all.size() + " front ends answer";
    }
    String said =
        unwell.stream()
            .limit(MOST_SAID)
            .map(seen -> seen.watched().name() + " " + seen.sentence())
            .collect(Collectors.joining("; "));
    return unwell.size() > MOST_SAID
        ? said + "; and " + (unwell.size() - MOST_SAID) + " more"
        : said;
  }

  private static List<Vital> vitals(Seen seen, String name) {
    Sighting sighting = seen.sighting();
    List<Vital> vitals = new ArrayList<>();
    vitals.add(answer(name, sighting));
    agreement(name, sighting).ifPresent(vitals::add);
    if (seen.watched().isHeld() && seen.remembered().isPresent()) {
      vitals.add(drops(name, seen));
    }
    return vitals;
  }

  private static Vital answer(String name, Sighting sighting) {
    Duration most = sighting.watched().pace().slowAfter();
    Vital vital =
        new Vital(
            name + "answer",
            sighting.took().map(Spans::brief).orElseGet(sighting.reply()::text),
            "within " + Spans.brief(most),
            sighting.answering());
    return sighting
        .took()
        .map(took -> vital.gauged(took.toMillis(), most.toMillis()))
        .orElse(vital);
  }

  private static Optional<Vital> agreement(String name, Sighting sighting) {
    Duration most = sighting.watched().staleAfter();
    String threshold = "up to " + Spans.brief(most) + " behind";
    Condition condition = sighting.agreeing();
    return switch (sighting.agreement()) {
      case Agreement.NotCompared _ -> Optional.empty();
      case Agreement.Same _ ->
          Optional.of(
              new Vital(name + "state", "as its row", threshold, condition)
                  .gauged(0, most.toMillis()));
      case Agreement.Behind behind ->
          Optional.of(
              new Vital(
                      name + "state",
                      Ages.of(behind.by()) + " behind its row",
                      threshold,
                      condition)
                  .gauged(behind.by().toMillis(), most.toMillis()));
      case Agreement.Ahead _ ->
          Optional.of(
              new Vital(
                  name + "state",
                  condition == Condition.UNKNOWN
                      ? "UNKNOWN: its row moved a moment ago"
                      : "ahead of its row",
                  threshold,
                  condition));
      case Agreement.Blind(String why) ->
          Optional.of(new Vital(name + "state", "UNKNOWN: " + why, threshold, condition));
      case Agreement.Incomparable(String why) ->
          Optional.of(new Vital(name + "state", "UNKNOWN: " + why, threshold, condition));
    };
  }

  private static Vital drops(String name, Seen seen) {
    List<Drop> drops = seen.drops();
    String latest =
        drops.isEmpty()
            ? ""
            : ", the last "
                + ago(drops.getLast().at(), seen.sighting().at())
                + " ago, code "
                + drops.getLast().code();
    return new Vital(
            name + "drops",
            drops.size() + " within an hour" + latest,
            "up to " + MOST_DROPS,
            seen.dropping())
        .gauged(drops.size(), MOST_DROPS);
  }

  private static String ago(Instant at, Instant now) {
    return Ages.of(Duration.between(at, now));
  }

  /** Of the worst of them. */
  private static Optional<String> next(List<Seen> all, Condition worst, String helps) {
    if (worst == Condition.UP) {
      return Optional.empty();
    }
    return all.stream()
        .filter(seen -> seen.condition() == worst)
        .findFirst()
        .map(seen ->
            seen.sighting().reply() instanceof Reply.NotAsked
                ? "metaops health database"
                : next(seen, helps));
  }

  private static String next(Seen seen, String helps) {
    return switch (seen.sighting().agreement()) {
      case Agreement.Behind behind when seen.sighting().agreeing() != Condition.UP ->
          "metaops order show " + behind.order();
      case Agreement.Ahead ahead -> "metaops order verify " + ahead.order();
      case Agreement.Blind _ -> "metaops health database";
      case Agreement.Behind _,
          Agreement.NotCompared _,
          Agreement.Same _,
          Agreement.Incomparable _ ->
          helps;
    };
  }
}
