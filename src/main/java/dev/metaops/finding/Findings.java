package dev.metaops.finding;

import java.util.Collection;

/**
 * Where findings go. Neither method throws for a store that is down: what could not be kept is said
 * by whoever keeps them, and comes again with the next look.
 */
public interface Findings {
  /** Is so, now. Raised again while it is open, it is the same finding seen once more. */
  void raise(Finding finding);

  /**
   * One look at everything a code can be about found these and no others: open findings of this
   * code that are not among them are over.
   *
   * @param fingerprints of what is still so
   */
  void onlyThese(String code, Collection<String> fingerprints);

  /** Both hear of everything, this one first. */
  default Findings and(Findings other) {
    Findings first = this;
    return new Findings() {
      @Override
      public void raise(Finding finding) {
        first.raise(finding);
        other.raise(finding);
      }

      @Override
      public void onlyThese(String code, Collection<String> fingerprints) {
        first.onlyThese(code, fingerprints);
        other.onlyThese(code, fingerprints);
      }
    };
  }
}
