package dev.metaops.setup;

import dev.metaops.chain.Hash;
import dev.metaops.escrow.KeyRule;
import dev.metaops.orders.OrderRow;
import dev.metaops.orders.TableSurvey;
import dev.metaops.reach.Reach;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way of reading rows by which most of them name an escrow that the contract named lately.
 * Pure: it computes keys and compares.
 *
 * @param decimals digits behind the point of amounts
 * @param matched how many of {@code rows} name such an escrow
 */
record KeyGuess(KeyRule rule, int decimals, int matched, int rows) {
  /**
   * Tries every rule with every scale; of equals the first.
   *
   * @param named the words that the contract's events named
   * @return empty when no row matches by any
   */
  static Optional<KeyGuess> best(
      TableSurvey survey, Set<Hash> named, List<KeyRule> rules, List<Integer> scales) {
    Optional<KeyGuess> best = Optional.empty();
    for (KeyRule rule : rules) {
      for (int decimals : scales) {
        List<OrderRow> rows = survey.rows(survey.map().reading(Reach.keyOf(rule), decimals));
        long matched =
            rows.stream()
                .filter(row -> row.terms().key().filter(named::contains).isPresent())
                .count();
        if (matched > best.map(KeyGuess::matched).orElse(0)) {
          best = Optional.of(new KeyGuess(rule, decimals, (int) matched, rows.size()));
        }
      }
    }
    return best;
  }

  /** As configuration spells it. */
  String word() {
    return rule.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
