package dev.metaops.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Transactions that were not over, or whose records were not sealed, when a checkpoint was made:
 * only theirs may come later and call themselves older. Pure.
 *
 * @param oldest the first of them; {@code next} where there is none
 * @param next the first that had not begun
 * @param named which between the two; empty where they were too many to name, and each counts
 */
record Outstanding(long oldest, long next, Optional<Set<Long>> named) {
  /** So many are named. */
  static final int MOST = 200;

  private static final String BEGIN = "open ";
  private static final String NUMBER = "(?:0|[1-9][0-9]{0,17})";
  private static final Pattern LINE =
      Pattern.compile(
          BEGIN + "(" + NUMBER + ") (" + NUMBER + ") (-|all|" + NUMBER + "(?:," + NUMBER + ")*)");

  Outstanding {
    named = named.map(Set::copyOf);
  }

  /**
   * @param running not over
   * @param next the first that had not begun
   * @param unsealed over, and their records wait for a seal
   */
  static Outstanding of(List<Long> running, long next, List<Long> unsealed) {
    var all = new TreeSet<>(running);
    all.addAll(unsealed);
    return new Outstanding(
        all.isEmpty() ? next : all.first(),
        next,
        all.size() > MOST ? Optional.empty() : Optional.of(all));
  }

  /** Whether what it writes may come after the checkpoint. */
  boolean mayCome(long transaction) {
    return transaction >= oldest
        && transaction < next
        && named.map(some -> some.contains(transaction)).orElse(Boolean.TRUE);
  }

  /** Whether it had begun by then. */
  boolean hadBegun(long transaction) {
    return transaction < next;
  }

  /** The line that is signed. */
  String line() {
    return BEGIN
        + oldest
        + " "
        + next
        + " "
        + named
            .map(some ->
                some.isEmpty()
                    ? "-"
                    : some.stream().sorted().map(String::valueOf).collect(Collectors.joining(",")))
            .orElse("all")
        + "\n";
  }

  /**
   * Empty where none of the lines begins one.
   *
   * @throws IllegalArgumentException when one does and it is none of ours
   */
  static Optional<Outstanding> parse(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(BEGIN))
        .findFirst()
        .map(Outstanding::parse);
  }

  private static Outstanding parse(String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches()) {
      throw new IllegalArgumentException("open transactions: " + line);
    }
    String named = parts.group(3);
    return new Outstanding(
        Long.parseLong(parts.group(1)),
        Long.parseLong(parts.group(2)),
        named.equals("all")
            ? Optional.empty()
            : Optional.of(
                named.equals("-")
                    ? Set.of()
                    : Arrays.stream(named.split(",", -1))
                        .map(Long::valueOf)
                        .collect(Collectors.toSet())));
  }
}
