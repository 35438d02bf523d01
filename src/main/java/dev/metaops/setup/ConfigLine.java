package dev.metaops.setup;

/** One thing that {@code config init} has to say about one key. */
sealed interface ConfigLine {
  /** The table of the file: {@code orders}, {@code orders.columns}. */
  String section();

  /**
   * What looking told.
   *
   * @param toml the value as TOML writes it
   * @param why where it came from
   */
  record Told(String section, String name, String toml, String why) implements ConfigLine {}

  /**
   * What looking could not tell.
   *
   * @param toml a guess, the default, or an example
   * @param why it could not, and how to find out
   */
  record Untold(String section, String name, String toml, String why, Weight weight)
      implements ConfigLine {}

  /** What is worth knowing there, and no value. */
  record Remark(String section, String text, Weight weight) implements ConfigLine {}

  /** What it costs not to know. */
  enum Weight {
    /** Answers are right without it. */
    LIGHT,
    /** Without it answers are wrong, or there are none. */
    HEAVY
  }

  static ConfigLine told(String section, String name, String text, String why) {
    return new Told(section, name, quoted(text), why);
  }

  static ConfigLine untold(String section, String name, String text, String why, Weight weight) {
    return new Untold(section, name, quoted(text), why, weight);
  }

  static ConfigLine remark(String section, String text) {
    return new Remark(section, text, Weight.LIGHT);
  }

  static ConfigLine warning(String section, String text) {
    return new Remark(section, text, Weight.HEAVY);
  }

  /** Whether answers are wrong without what is missing here. */
  default boolean isHeavy() {
    return switch (this) {
      case Told _ -> false;
      case Untold untold -> untold.weight() == Weight.HEAVY;
      case Remark remark -> remark.weight() == Weight.HEAVY;
    };
  }

  /** A basic string of TOML, whatever the text holds. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(point -> {
          if (point == '"' || point == '\\') {
            quoted.append('\\').appendCodePoint(point);
          } else if (Character.isISOControl(point)) {
            quoted.append("\\u%04X".formatted(point));
          } else {
            quoted.appendCodePoint(point);
          }
        });
    return quoted.append('"').toString();
  }
}
