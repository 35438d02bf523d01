package dev.metaops.connection;

import dev.metaops.connection.Outcome.Gravity;
import java.util.List;

/**
 * The way to one target, as far as it led.
 *
 * @param subject what it is: {@code orders database}, {@code provider}
 * @param place where it is, without secrets
 * @param steps in order; the last one failed when the way was not gone to its end
 */
public record Traced(String subject, String place, List<Step> steps) {
  public Traced {
    steps = List.copyOf(steps);
  }

  /** The worst of its hops. */
  public Gravity gravity() {
    return steps.stream()
        .map(step -> step.outcome().gravity())
        .reduce(Gravity.WELL, (one, other) -> one.compareTo(other) >= 0 ? one : other);
  }
}
