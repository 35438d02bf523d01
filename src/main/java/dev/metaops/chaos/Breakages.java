package dev.metaops.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.metaops.rpc.Json;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Breaks whole exchanges. Thread-safe. */
final class Breakages {
  private static final int DEEP = 100_000;
  private static final String DIGITS = "0123456789abcdef";

  private final List<Fault> faults;
  private final Dice dice;
  private final Reports reports;
  private final Ticker ticker;
  private long second;
  private long thisSecond;

  Breakages(List<Fault> faults, Dice dice, Reports reports, Ticker ticker) {
    this.faults = faults;
    this.dice = dice;
    this.reports = reports;
    this.ticker = ticker;
  }

  /**
   * What comes instead of an answer.
   *
   * @param questions how many the exchange holds
   */
  Optional<Delivery> before(int questions, String about) {
    for (Fault fault : faults) {
      Optional<Delivery> instead =
          switch (fault.kind()) {
            case Breakage breakage -> before(breakage, fault);
            case Limit limit -> before(limit, fault, questions);
            case Lie _, View _, RangeLimit _, Push _ -> Optional.empty();
          };
      if (instead.isPresent()) {
        reports.say(fault, about);
        return instead;
      }
    }
    return Optional.empty();
  }

  private Optional<Delivery> before(Breakage breakage, Fault fault) {
    return switch (breakage) {
      case HANG -> dice.falls(fault) ? Optional.of(new Delivery.Nothing()) : Optional.empty();
      case RESET -> dice.falls(fault) ? Optional.of(new Delivery.Reset()) : Optional.empty();
      case HTTP_ERROR ->
          dice.falls(fault)
              ? Optional.of(status((int) fault.number(), Optional.empty(), ""))
              : Optional.empty();
      case LATENCY, CUT, TRUNCATE, FLIP, BOMB, HUGE_NUMBER, HTML, EMPTY, WRONG_ID ->
          Optional.empty();
    };
  }

  private Optional<Delivery> before(Limit limit, Fault fault, int questions) {
    return switch (limit) {
      case QUOTA ->
          dice.falls(fault)
              ? Optional.of(tooManyRequests(Duration.ofSeconds(fault.number())))
              : Optional.empty();
      case MAX_RATE ->
          exceeds(fault.number(), questions)
              ? Optional.of(tooManyRequests(Duration.ofSeconds(1)))
              : Optional.empty();
      case MAX_BATCH ->
          questions > fault.number() && dice.falls(fault)
              ? Optional.of(
                  status(
                      200,
                      Optional.empty(),
                      "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":"
                          + "\"batch of "
                          + questions
                          + " not supported, at most "
                          + fault.number()
                          + "\"}}"))
              : Optional.empty();
      case MAX_RESULTS, NO_BLOCK_RECEIPTS -> Optional.empty();
    };
  }

  private static Delivery tooManyRequests(Duration pause) {
    return status(
        429,
        Optional.of(pause),
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":429,\"message\":"
            + "\"Too many requests\"}}");
  }

  private static Delivery status(int status, Optional<Duration> retryAfter, String body) {
    return new Delivery.Comes(
        new Transport.Outcome.Replied(status, retryAfter, body.getBytes(US_ASCII)), Duration.ZERO);
  }

  /** Counts by whole seconds of the monotonic clock. */
  private synchronized boolean exceeds(long most, int questions) {
    long now = ticker.nanos() / 1_000_000_000L;
    if (now != second) {
      second = now;
      thisSecond = 0;
    }
    thisSecond += questions;
    return thisSecond > most;
  }

  /** What comes of a whole and sound answer. */
  Delivery after(byte[] sound, String about) {
    byte[] body = sound;
    Duration late = Duration.ZERO;
    for (Fault fault : faults) {
      if (fault.kind() instanceof Breakage breakage
          && changesAnswers(breakage)
          && dice.falls(fault)) {
        reports.say(fault, about);
        if (breakage == Breakage.CUT) {
          return new Delivery.CutShort(body);
        }
        if (breakage == Breakage.LATENCY) {
          late = late.plusMillis(fault.number());
        }
        body = broken(breakage, body);
      }
    }
    return new Delivery.Comes(new Transport.Outcome.Replied(200, Optional.empty(), body), late);
  }

  private static boolean changesAnswers(Breakage breakage) {
    return switch (breakage) {
      case HANG, RESET, HTTP_ERROR -> false;
      case LATENCY, CUT, TRUNCATE, FLIP, BOMB, HUGE_NUMBER, HTML, EMPTY, WRONG_ID -> true;
    };
  }

  private byte[] broken(Breakage breakage, byte[] body) {
    return switch (breakage) {
      case TRUNCATE -> Arrays.copyOf(body, body.length / 2);
      case FLIP -> flipped(body);
      case BOMB -> "[".repeat(DEEP).getBytes(US_ASCII);
      case HUGE_NUMBER ->
          ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + "9".repeat(DEEP) + "}").getBytes(US_ASCII);
      case HTML -> "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>".getBytes(US_ASCII);
      case EMPTY -> new byte[0];
      case WRONG_ID -> toAnother(body);
      case HANG, RESET, HTTP_ERROR, LATENCY, CUT -> body;
    };
  }

  private static byte[] toAnother(byte[] body) {
    try {
      JsonNode answer = Json.read(body);
      for (JsonNode one : answer.isArray() ? answer : List.of(answer)) {
        if (one instanceof ObjectNode object) {
          object.put("id", object.path("id").asLong(0) + 1_000_000);
        }
      }
      return Json.write(answer);
    } catch (JacksonException alreadyBroken) {
      return body;
    }
  }

  /**
   * A hex digit becomes another one, so that the JSON stays sound; of other bytes one bit turns.
   */
  private byte[] flipped(byte[] body) {
    if (body.length == 0) {
      return body;
    }
    byte[] other = body.clone();
    int at = (int) dice.pick("flip" + Arrays.hashCode(body), body.length);
    int digit = DIGITS.indexOf((char) other[at]);
    other[at] = (byte) (digit >= 0 ? DIGITS.charAt((digit + 1) % 16) : other[at] ^ 1);
    return other;
  }
}
