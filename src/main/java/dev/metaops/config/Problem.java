package dev.metaops.config;

/**
 * One thing wrong with the configuration.
 *
 * @param key the key or variable as it was written
 * @param value what was found, already safe to print
 * @param expectation what was expected instead
 */
public record Problem(String key, String value, String expectation, Origin origin) {
  /** One sentence: {@code metaops.toml:3: orders.mode: watch (expected: observe, repair, own)}. */
  public String sentence() {
    String shown = value.isEmpty() ? key : key + ": " + value;
    return switch (origin) {
      case Origin.BuiltIn() -> shown + " (" + expectation + ")";
      case Origin.InFile _, Origin.Variable _ ->
          origin.text() + ": " + shown + " (" + expectation + ")";
    };
  }
}
