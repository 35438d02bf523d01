package dev.metaops.config;

import java.util.List;

/**
 * What the file and the environment say. With problems the settings hold defaults in place of what
 * could not be read: enough for the commands that need nothing, and for no other.
 *
 * @param where it was looked for
 * @param secrets every one that is set, as it is set
 */
public record Configuration(
    Settings settings,
    List<Value> values,
    List<Problem> problems,
    Where where,
    List<Secret> secrets) {
  public Configuration {
    values = List.copyOf(values);
    problems = List.copyOf(problems);
    secrets = List.copyOf(secrets);
  }

  /** Cuts every secret of it out of a text. Made anew each time. */
  public Redaction redaction() {
    return Redaction.of(secrets.stream().map(Secret::reveal).toList());
  }

  /** Reads files, never writes. Repeated calls see changed files. */
  public static Configuration read(Where where) {
    Problems problems = new Problems();
    Sources sources = Sources.open(where, problems);
    Settings settings = Settings.from(sources);
    List<Key> keys = Settings.keys(sources);
    sources.reportUnknownKeys(keys);
    return new Configuration(
        settings, sources.values(keys), problems.all(), where, sources.secrets(keys));
  }
}
