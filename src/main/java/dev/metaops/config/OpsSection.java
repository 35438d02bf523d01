package dev.metaops.config;

import java.util.List;
import java.util.Optional;

/** Our own store. {@code url} is empty when it is the embedded server in the data directory. */
public record OpsSection(Optional<DatabaseUrl> url) {
  static final Key URL =
      Key.of(
              "ops",
              "url",
              "postgres://user:password@host:port/database",
              "Our own store; by default an embedded server in the data directory.")
          .variable("OPS_DATABASE_URL")
          .secret();
  static final List<Key> KEYS = List.of(URL);

  static OpsSection from(Section section) {
    return new OpsSection(section.database(URL));
  }
}
