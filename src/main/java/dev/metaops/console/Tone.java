package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.finding.Severity;
import dev.metaops.health.Condition;
import dev.metaops.order.Verdict;

/** How something looks: a colour, and a shape for those who see no colour. */
public enum Tone {
  GOOD("good", "✔"),
  /** Neither: something that is to be known. */
  NOTE("note", "●"),
  WARNING("warning", "▲"),
  UNKNOWN("unknown", "?"),
  BAD("bad", "✖");

  private final String style;
  private final String sign;

  Tone(String style, String sign) {
    this.style = style;
    this.sign = sign;
  }

  /** Its class in the style sheet. */
  public String style() {
    return style;
  }

  public String sign() {
    return sign;
  }

  static Tone of(Board.Gravity gravity) {
    return switch (gravity) {
      case FINE -> GOOD;
      case WARNING -> WARNING;
      case UNKNOWN -> UNKNOWN;
      case CRITICAL -> BAD;
    };
  }

  static Tone of(Condition condition) {
    return switch (condition) {
      case UP -> GOOD;
      case DEGRADED -> WARNING;
      case UNKNOWN -> UNKNOWN;
      case DOWN -> BAD;
    };
  }

  static Tone of(Verdict.Code code) {
    return switch (code) {
      case ROW_FALSE, CONFLICT, NO_ROW, ORPHANED, ROW_BEHIND -> BAD;
      case TX_TROUBLE, NEVER_FUNDED -> WARNING;
      case UNKNOWN -> UNKNOWN;
      case NOT_FINAL, WAITING -> NOTE;
      case CONSISTENT -> GOOD;
    };
  }

  static Tone of(Severity severity) {
    return switch (severity) {
      case P1 -> BAD;
      case P2 -> WARNING;
      case P3 -> NOTE;
    };
  }
}
