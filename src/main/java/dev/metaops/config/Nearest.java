package dev.metaops.config;

import java.util.Collection;
import java.util.Optional;

/** The known spelling nearest to a mistaken one. */
public final class Nearest {
  private Nearest() {}

  /**
   * The nearest of {@code known} by edits (a swap of neighbours counts one), empty when none is
   * within a third of the word's length, at least 2. The first of equals wins.
   */
  public static Optional<String> to(String word, Collection<String> known) {
    int limit = Math.max(2, word.length() / 3);
    String best = "";
    int bestEdits = limit + 1;
    for (String candidate : known) {
      if (Math.abs(candidate.length() - word.length()) < bestEdits) {
        int edits = edits(word, candidate);
        if (edits < bestEdits) {
          best = candidate;
          bestEdits = edits;
        }
      }
    }
    return best.isEmpty() ? Optional.empty() : Optional.of(best);
  }

  private static int edits(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = cheapest(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int cheapest(int[][] cost, String from, String to, int i, int j) {
    if (i == 0 || j == 0) {
      return i + j;
    }
    int change = from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1;
    int least = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
  }
}
