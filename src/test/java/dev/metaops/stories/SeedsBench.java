package dev.metaops.stories;

import dev.metaops.time.SystemTicker;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code bench/run seeds}: many histories on both ledgers. Ends 0 when none failed. */
public final class SeedsBench {
  private SeedsBench() {}

  public static void main(String[] arguments) {
    int memory = 10_000;
    int postgres = 500;
    int deep = 1_000;
    long first = 1;
    for (int at = 0; at + 1 < arguments.length; at += 2) {
      switch (arguments[at]) {
        case "--memory" -> memory = Integer.parseInt(arguments[at + 1]);
        case "--postgres" -> postgres = Integer.parseInt(arguments[at + 1]);
        case "--deep" -> deep = Integer.parseInt(arguments[at + 1]);
        case "--first" -> first = Long.parseLong(arguments[at + 1]);
        default -> {
          System.err.println(
              "bench seeds: "
                  + arguments[at]
                  + " (expected: --memory N, --postgres N, --deep N, --first SEED)");
          System.exit(64);
        }
      }
    }
    int failed = live(Seeds.Way.IN_MEMORY, first, memory);
    failed += live(Seeds.Way.DEEP_IN_MEMORY, first, deep);
    failed += live(Seeds.Way.ON_POSTGRES, first, postgres);
    failed += live(Seeds.Way.DEEP_ON_POSTGRES, first, postgres / 10);
    System.out.println("bench seeds: " + (failed == 0 ? "passed" : failed + " seeds failed"));
    System.exit(failed == 0 ? 0 : 1);
  }

  private static int live(Seeds.Way way, long first, int count) {
    if (count == 0) {
      return 0;
    }
    long start = SystemTicker.SYSTEM.nanos();
    Seeds lived = Seeds.live(way, first, count);
    Duration took = Duration.ofNanos(SystemTicker.SYSTEM.nanos() - start);
    System.out.println(lived.figures() + ", " + took.toSeconds() + " s");
    if (!lived.faults().isEmpty()) {
      System.out.println(
          "  "
              + lived.faults().entrySet().stream()
                  .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                  .map(entry -> entry.getKey() + " " + entry.getValue())
                  .collect(Collectors.joining(", ")));
    }
    lived.failures().forEach(System.out::println);
    return lived.failures().size();
  }
}
