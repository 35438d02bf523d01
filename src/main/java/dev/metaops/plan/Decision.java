package dev.metaops.plan;

import java.util.Locale;

/** What a person signs about a plan. */
public enum Decision {
  /** I planned this. Counts for whose plan it is, never as an approval. */
  PROPOSE,
  /** I saw this, and it may be applied. */
  APPROVE,
  /** This must not be applied. One person is enough, and it stands. */
  REJECT,
  /** I apply this alone, because nobody else can be reached; others look at it afterwards. */
  BREAK_GLASS,
  /** I looked at what was applied by one person alone. */
  REVIEW;

  /** As it is signed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
