package dev.metaops.telemetry;

/**
 * How much did not arrive somewhere, said when it begins and when it is over, and not in between.
 * Thread-safe.
 */
final class Losses {
  private final String what;
  private final Said said;
  private long lost;
  private long lostBefore;
  private boolean isFailing;

  /**
   * @param what as in "lines for Logtail"
   */
  Losses(String what, Said said) {
    this.what = what;
    this.said = said;
  }

  /** It does not get there now; what waits is not lost yet. */
  void failing(String why) {
    if (begins()) {
      said.accept(what + " do not arrive: " + why);
    }
  }

  private synchronized boolean begins() {
    boolean begins = !isFailing;
    isFailing = true;
    return begins;
  }

  /** So many will never get there. */
  void lost(long count, String why) {
    synchronized (this) {
      lost += count;
    }
    failing(why);
  }

  /** It got there. */
  void arrived() {
    long missing;
    synchronized (this) {
      if (!isFailing) {
        return;
      }
      isFailing = false;
      missing = lost - lostBefore;
      lostBefore = lost;
    }
    said.accept(what + " arrive again" + (missing == 0 ? "" : "; " + missing + " were lost"));
  }

  /** Since the process began. */
  synchronized long count() {
    return lost;
  }

  /** The process ends: how much was lost that nobody was told. */
  void lastWords() {
    long unsaid;
    synchronized (this) {
      unsaid = lost - lostBefore;
      lostBefore = lost;
    }
    if (unsaid > 0) {
      said.accept(unsaid + " " + what + " were lost");
    }
  }
}
