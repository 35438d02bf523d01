package dev.metaops.health;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results of checks that were run together, in the order they were asked for. */
public record Report(List<Result> results) {
  public Report {
    results = List.copyOf(results);
  }

  /** The worst of the components. */
  public Condition overall() {
    return components().values().stream().reduce(Condition.UP, Condition::worse);
  }

  /**
   * Each component's condition. Of several that do the same work one that works is enough: then the
   * component is no worse than degraded.
   */
  public Map<String, Condition> components() {
    Map<String, Condition> conditions = new LinkedHashMap<>();
    results.forEach(result -> conditions.put(result.component(), of(result.component())));
    return conditions;
  }

  private Condition of(String component) {
    List<Condition> all =
        results.stream()
            .filter(result -> result.component().equals(component))
            .map(Result::condition)
            .toList();
    Condition worst = all.stream().reduce(Condition.UP, Condition::worse);
    boolean oneWorks = all.stream().anyMatch(Condition.DEGRADED::isAtLeastAsBadAs);
    return oneWorks && worst != Condition.UP ? Condition.DEGRADED : worst;
  }
}
