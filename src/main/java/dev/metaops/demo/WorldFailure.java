package dev.metaops.demo;

/**
 * The demo's world could not be made, or broke. The message is a sentence for people, with what to
 * do next.
 */
public final class WorldFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WorldFailure(String message) {
    super(message);
  }

  WorldFailure(String message, Throwable cause) {
    super(message, cause);
  }

  static WorldFailure interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new WorldFailure("interrupted", cause);
  }
}
