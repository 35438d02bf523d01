package dev.metaops.stories;

import dev.metaops.time.SystemTicker;
import java.sql.SQLException;
import java.time.Duration;

/** {@code bench/run race}: many interleavings over one order each. Ends 0 when none failed. */
public final class RaceBench {
  private RaceBench() {}

  public static void main(String[] arguments) throws SQLException {
    int count = 100_000;
    int weakened = 0;
    long first = 1;
    int lanes = Runtime.getRuntime().availableProcessors();
    for (int at = 0; at < arguments.length; at += 2) {
      if (at + 1 == arguments.length) {
        refused(arguments[at]);
      }
      switch (arguments[at]) {
        case "--count" -> count = Integer.parseInt(arguments[at + 1]);
        case "--first" -> first = Long.parseLong(arguments[at + 1]);
        case "--weakened" -> weakened = Integer.parseInt(arguments[at + 1]);
        case "--lanes" -> lanes = Integer.parseInt(arguments[at + 1]);
        default -> refused(arguments[at]);
      }
    }
    System.out.println("seeds " + first + " to " + (first + count - 1) + ", " + lanes + " lanes");
    long start = SystemTicker.SYSTEM.nanos();
    Race race = Race.run(first, count, lanes);
    Duration took = Duration.ofNanos(SystemTicker.SYSTEM.nanos() - start);
    System.out.println(race.figures() + ", " + took.toSeconds() + " s");
    race.ends().forEach((story, ends) -> System.out.println("  " + story + ": " + ends));
    race.failures().stream().limit(40).forEach(System.out::println);
    boolean isFine = race.failures().isEmpty() && race.count() >= count;
    System.out.println(
        "bench race: "
            + (isFine
                ? "passed"
                : race.failures().size() + " failed, " + race.count() + " of " + count + " run"));
    boolean isSharp = weakened == 0 || areAllCaught(first, weakened, lanes);
    System.exit(isFine && isSharp ? 0 : 1);
  }

  private static void refused(String word) {
    System.err.println(
        "bench race: " + word + " (expected: --count N, --first SEED, --lanes N, --weakened N)");
    System.exit(64);
  }

  /** Each check of the database taken out once: the race has to notice. */
  private static boolean areAllCaught(long first, int count, int lanes) throws SQLException {
    boolean areCaught = true;
    for (RaceWeakness weakness : RaceWeakness.values()) {
      if (weakness == RaceWeakness.NONE) {
        continue;
      }
      Race race = Race.run(weakness, first, count, lanes);
      System.out.println(
          weakness + ": " + race.failures().size() + " of " + race.count() + " failed");
      race.failures().stream()
          .limit(1)
          .map(one -> "    " + one.substring(0, Math.min(300, one.length())))
          .forEach(System.out::println);
      areCaught &= !race.failures().isEmpty();
    }
    return areCaught;
  }
}
