package dev.metaops.postgres;

/** Why there is no embedded server, as one sentence that ends in what to do. Holds no password. */
public final class PostgresUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  PostgresUnavailable(String sentence) {
    super(sentence);
  }

  PostgresUnavailable(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
