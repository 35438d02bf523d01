package dev.metaops.connection;

import dev.metaops.time.Ages;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a broken connection is called. Never an exception's own text where it may hold a URL. */
final class Broken {
  private static final int LIMIT = 200;

  private Broken() {}

  static Outcome.Failed outcome(IOException broken, Duration after) {
    return switch (broken) {
      case SocketTimeoutException _ ->
          new Outcome.Failed(
              "no answer within " + brief(after),
              "it hangs, or a firewall drops packets: check host and port");
      case UnknownHostException _ ->
          new Outcome.Failed(
              "its host name does not resolve", "check the host name, and this machine's DNS");
      case NoRouteToHostException _ ->
          new Outcome.Failed("no route to its host", "check this machine's network and routes");
      case ConnectException refused ->
          new Outcome.Failed(connecting(refused), "check that it runs, and host and port");
      case SSLException tls ->
          new Outcome.Failed(
              "TLS failed, " + tls(tls),
              "check that this port speaks TLS, and the versions it offers");
      case EOFException _ ->
          new Outcome.Failed(
              "it closed the connection without an answer", "check host and port, and its log");
      case ProtocolException garbage ->
          new Outcome.Failed(
              "its answer is not understood, " + clipped(garbage.getMessage()),
              "check that the URL is the right one, and what is in between");
      case SocketException lost ->
          new Outcome.Failed(
              "the connection broke, " + clipped(lost.getMessage()),
              "check its log, and what is between");
      default ->
          new Outcome.Failed(
              "the connection broke (" + broken.getClass().getSimpleName() + ")",
              "check its log, and what is between");
    };
  }

  private static String connecting(ConnectException refused) {
    String text = clipped(refused.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("refused") ? "connection refused" : text;
  }

  private static String tls(SSLException broken) {
    String text = clipped(broken.getMessage());
    return text.contains("Unsupported or unrecognized SSL message")
        ? "what answers does not speak TLS"
        : text;
  }

  /** Text from outside, made fit for a screen. */
  static String clipped(@Nullable String foreign) {
    String text = Optional.ofNullable(foreign).orElse("no reason given");
    String start = text.length() <= LIMIT ? text : text.substring(0, LIMIT - 1) + "…";
    return start.replaceAll("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cs}\\u2028\\u2029]+", " ").strip();
  }

  /** {@code 240 ms}, {@code 8.9 s}, {@code 1 min}. */
  static String brief(Duration duration) {
    if (duration.toMillis() < 1_000) {
      return duration.toMillis() + " ms";
    }
    return duration.toSeconds() < 60
        ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)
        : Ages.of(duration);
  }
}
