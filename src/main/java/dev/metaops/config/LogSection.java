package dev.metaops.config;

import java.util.List;

/** What a process that runs for long says on standard error. */
public record LogSection(Format format) {
  /** In which form. */
  public enum Format {
    /** A sentence a line, for a person. */
    TEXT,
    /** A JSON object a line, for whoever collects them. */
    JSON
  }

  static final Key FORMAT =
      Key.of(
              "log",
              "format",
              "text, json",
              "How serve says on standard error what it does: sentences, or a JSON object a line.")
          .variable("METAOPS_LOG_FORMAT")
          .standard("text");
  static final List<Key> KEYS = List.of(FORMAT);

  static LogSection from(Section section) {
    return new LogSection(section.choice(FORMAT, Format.class));
  }
}
