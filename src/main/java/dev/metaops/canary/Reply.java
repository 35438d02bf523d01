package dev.metaops.canary;

import java.time.Duration;
import java.util.Optional;

/** What one question to a front end came to. Texts from outside are clipped, and hold no secret. */
public sealed interface Reply {
  /**
   * As expected.
   *
   * @param took until all of it was here
   * @param state the order's state as it says it; empty where that is not read
   */
  record Answered(Duration took, Optional<String> state) implements Reply {}

  record TimedOut(Duration after) implements Reply {}

  /** Nobody waited as long as it may take: it proves nothing. */
  record CutShort(Duration after, Duration timeout) implements Reply {}

  /** There was nothing to ask for. */
  record NotAsked(String why) implements Reply {}

  record Refused() implements Reply {}

  /** No connection, for another reason. */
  record Unreachable(String why) implements Reply {}

  record Tls(String why) implements Reply {}

  record Status(int code, int expected) implements Reply {}

  /** To where a browser would go on without us. */
  record Redirected(String why) implements Reply {}

  record TooLarge() implements Reply {}

  record NotJson() implements Reply {}

  /** JSON, and nothing at the place where the state was expected. */
  record NoState(String pointer) implements Reply {}

  /** It broke off in the middle. */
  record Broken(String why) implements Reply {}

  /**
   * A connection that was held is gone.
   *
   * @param code the WebSocket's; 1006 where nobody said one
   * @param after how long it was held
   */
  record Dropped(int code, Duration after) implements Reply {}

  /** A sentence without a subject. */
  default String text() {
    return switch (this) {
      case Answered(Duration took, _) -> "answered in " + Spans.brief(took);
      case TimedOut(Duration after) -> "timed out: no answer within " + Spans.brief(after);
      case CutShort(Duration after, Duration timeout) ->
          "not answered within the "
              + Spans.brief(after)
              + " this look had (its time-out is "
              + Spans.brief(timeout)
              + ")";
      case NotAsked(String why) -> "not asked: " + why;
      case Refused() -> "connection refused";
      case Unreachable(String why) -> "unreachable: " + why;
      case Tls(String why) -> "TLS failed: " + why;
      case Status(int code, int expected) -> status(code) + " (expected: " + expected + ")";
      case Redirected(String why) -> "redirected: " + why;
      case TooLarge() -> "an answer of more than 1 MB";
      case NotJson() -> "not JSON where a state was expected";
      case NoState(String pointer) -> "no state at " + pointer;
      case Broken(String why) -> "broken off: " + why;
      case Dropped(int code, Duration after) ->
          "dropped after " + Spans.brief(after) + " (code " + code + ")";
    };
  }

  private static String status(int code) {
    String meaning =
        switch (code) {
          case 401, 403 -> "credentials refused, ";
          case 429 -> "too many requests, ";
          default -> "";
        };
    return meaning + "HTTP " + code;
  }

  /** One of a few words, for counting. */
  default String word() {
    return switch (this) {
      case Answered _ -> "answered";
      case TimedOut _ -> "timed-out";
      case CutShort _ -> "cut-short";
      case NotAsked _ -> "not-asked";
      case Refused _ -> "refused";
      case Unreachable _ -> "unreachable";
      case Tls _ -> "tls";
      case Status(int code, _) -> code >= 500 ? "http-5xx" : code >= 400 ? "http-4xx" : "http";
      case Redirected _ -> "redirected";
      case TooLarge _ -> "too-large";
      case NotJson _ -> "not-json";
      case NoState _ -> "no-state";
      case Broken _ -> "broken";
      case Dropped _ -> "dropped";
    };
  }
}
