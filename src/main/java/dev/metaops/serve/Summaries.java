package dev.metaops.serve;

import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an endpoint says to whoever asks: how it is, not what was measured where. The shapes are
 * those of the full answers, with fewer members.
 */
final class Summaries {
  private Summaries() {}

  record Answers(Instant now) implements Picture {
    @Override
    public String shape() {
      return "health-live/1";
    }

    @Override
    public void drawText(Page page) {
      page.line("answers");
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("at", now.toString());
    }
  }

  /** Which budgets do not hold; what was found in their place names people, orders and places. */
  record Truthful(Probes.Seen seen) implements Picture {
    private List<String> reasons() {
      return seen.truth().budgets().stream()
          .filter(budget -> budget.condition() != Condition.UP)
          .map(budget ->
              budget.name() + ": " + budget.condition() + " (expected: " + budget.threshold() + ")")
          .toList();
    }

    @Override
    public String shape() {
      return "health-truth/1";
    }

    @Override
    public void drawText(Page page) {
      reasons().forEach(page::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("holds", seen.truth().holds()).put("at", seen.at().toString());
      ArrayNode reasons = into.putArray("reasons");
      reasons().forEach(reasons::add);
    }
  }

  /**
   * @param report without a result when nobody could look; why is for those with the token
   */
  record Components(Report report) implements Picture {
    @Override
    public String shape() {
      return "health/1";
    }

    private Condition overall() {
      return report.results().isEmpty() ? Condition.UNKNOWN : report.overall();
    }

    private String sentence() {
      if (report.results().isEmpty()) {
        return "UNKNOWN: nobody could look (the token shows why)";
      }
      return overall() == Condition.UP
          ? "all components are well"
          : report.components().entrySet().stream()
              .filter(component -> component.getValue() != Condition.UP)
              .map(component ->
                  component.getKey() + " " + component.getValue().name().toLowerCase(Locale.ROOT))
              .collect(Collectors.joining(", "));
    }

    @Override
    public void drawText(Page page) {
      page.line(sentence());
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("overall", overall().name()).put("sentence", sentence());
      ObjectNode components = into.putObject("components");
      report
          .components()
          .forEach((component, condition) -> components.put(component, condition.name()));
    }
  }
}
