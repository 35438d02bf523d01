package dev.metaops.command;

import dev.metaops.health.Condition;
import dev.metaops.health.Report;
import java.time.Instant;
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

  record Truthful(Probes.Seen seen) implements Picture {
    @Override
    public String shape() {
      return "health-truth/1";
    }

    @Override
    public void drawText(Page page) {
      seen.truth().reasons().forEach(page::line);
    }

    @Override
    public void drawJson(ObjectNode into) {
      into.put("holds", seen.truth().holds()).put("at", seen.at().toString());
      ArrayNode reasons = into.putArray("reasons");
      seen.truth().reasons().forEach(reasons::add);
    }
  }

  /**
   * @param without why there is no result; empty when there are some
   */
  record Components(Report report, String without) implements Picture {
    @Override
    public String shape() {
      return "health/1";
    }

    private Condition overall() {
      return without.isEmpty() ? report.overall() : Condition.UNKNOWN;
    }

    private String sentence() {
      if (!without.isEmpty()) {
        return "UNKNOWN: " + without;
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
