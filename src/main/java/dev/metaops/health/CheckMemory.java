package dev.metaops.health;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is remembered of one check.
 *
 * @param samples the latest results, oldest first, {@link #MOST} at most
 */
public record CheckMemory(
    String component, String subject, Steadiness steadiness, List<Sample> samples) {
  /** An hour at two looks a minute. */
  public static final int MOST = 120;

  /** One result. */
  public record Sample(Instant at, Condition condition, Duration took) {
    static Sample of(Result result) {
      return new Sample(result.at(), result.condition(), result.took());
    }
  }

  public CheckMemory {
    samples = List.copyOf(samples.subList(Math.max(0, samples.size() - MOST), samples.size()));
  }

  static CheckMemory of(Result first) {
    return new CheckMemory(
        first.component(),
        first.subject(),
        Steadiness.of(first.condition(), first.at()),
        List.of(Sample.of(first)));
  }

  CheckMemory after(Result result) {
    List<Sample> more = new ArrayList<>(samples);
    more.add(Sample.of(result));
    return new CheckMemory(
        component, subject, steadiness.after(result.condition(), result.at()), more);
  }

  boolean isOf(Result result) {
    return component.equals(result.component()) && subject.equals(result.subject());
  }
}
