package dev.metaops.events;

import dev.metaops.command.ExitCode;
import dev.metaops.order.Verdict;
import dev.metaops.reach.Judged;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What asking the contracts about every open order came to.
 *
 * @param at the orders database's clock at the beginning
 * @param open how many orders are open
 * @param reached about how many of them the contract answered
 * @param verdicts how many orders by verdict, of those looked at
 * @param differences those that do not agree and were looked at twice, worst first; at most {@link
 *     Sweep#MOST_KEPT}
 * @param unasked orders the contract cannot be asked about, judged UNKNOWN; at most as many
 * @param without configured nodes whose word is missing, each with the last reason
 * @param cut why it ended before all were reached
 */
record Swept(
    Instant at,
    Duration took,
    long open,
    long reached,
    Map<Verdict.Code, Integer> verdicts,
    List<Difference> differences,
    List<Judged> unasked,
    Map<String, String> without,
    Optional<String> cut) {
  Swept {
    verdicts = new EnumMap<>(verdicts);
    differences = List.copyOf(differences);
    unasked = List.copyOf(unasked);
    without = new TreeMap<>(without);
  }

  /** Row and contract say different things; for the rest nothing has to be done at once. */
  static boolean isContradiction(Verdict.Code code) {
    return switch (code) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND -> true;
      case TX_TROUBLE, NEVER_FUNDED, UNKNOWN, NOT_FINAL, WAITING, CONSISTENT -> false;
    };
  }

  boolean isWhole() {
    return cut.isEmpty() && reached >= open - unasked.size();
  }

  int count(Verdict.Code code) {
    return verdicts.getOrDefault(code, 0);
  }

  long contradictions() {
    return differences.stream()
        .filter(found -> isContradiction(found.judged().verdict().code()))
        .count();
  }

  /** 0 all agree, 1 a warning, 2 a contradiction, 3 could not look at all of them. */
  ExitCode exit() {
    ExitCode exit =
        count(Verdict.Code.NEVER_FUNDED) + count(Verdict.Code.TX_TROUBLE) > 0
            ? ExitCode.WARNING
            : ExitCode.FINE;
    if (contradictions() > 0) {
      exit = exit.worst(ExitCode.CRITICAL);
    }
    return isWhole() && unasked.isEmpty() ? exit : exit.worst(ExitCode.COULD_NOT);
  }
}
