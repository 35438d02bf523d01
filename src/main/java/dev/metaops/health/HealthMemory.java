package dev.metaops.health;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of all checks of one environment. Pure.
 *
 * @param environment whose; results of another begin a memory of their own
 * @param checks {@link #MOST} at most, those that were looked at last
 */
public record HealthMemory(String environment, List<CheckMemory> checks) {
  public static final int MOST = 64;

  public HealthMemory {
    checks = List.copyOf(checks.subList(Math.max(0, checks.size() - MOST), checks.size()));
  }

  public static HealthMemory empty(String environment) {
    return new HealthMemory(environment, List.of());
  }

  /** Those that were not looked at stay as they are. */
  public HealthMemory after(Report report) {
    List<CheckMemory> all = new ArrayList<>(checks);
    for (Result result : report.results()) {
      Optional<CheckMemory> known = of(result);
      known.ifPresent(all::remove);
      all.add(known.map(check -> check.after(result)).orElseGet(() -> CheckMemory.of(result)));
    }
    return new HealthMemory(environment, all);
  }

  /** Each as what counts after several looks; one that is not remembered as it was measured. */
  public Report steady(Report report) {
    return new Report(
        report.results().stream()
            .map(result ->
                of(result)
                    .map(
                        known -> result.with(result.diagnosis().as(known.steadiness().condition())))
                    .orElse(result))
            .toList());
  }

  /** Of the check this is a result of. */
  public Optional<CheckMemory> of(Result result) {
    return checks.stream().filter(check -> check.isOf(result)).findFirst();
  }
}
