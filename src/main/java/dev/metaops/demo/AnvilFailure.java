package dev.metaops.demo;

/** The local chain did not start. The message is a sentence for people, with what to do next. */
public final class AnvilFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AnvilFailure(String message) {
    super(message);
  }

  AnvilFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
