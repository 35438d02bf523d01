package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import java.net.ConnectException;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a failed question is called. Never an exception's own text where it may hold a URL. */
final class Failures {
  private static final int MOST_CAUSES = 12;

  private Failures() {}

  static Reply of(Watched watched, @Nullable Throwable broken, Duration within) {
    return switch (broken) {
      case HttpTimeoutException _ -> Asker.silent(watched, within);
      case WebSocketHandshakeException refused ->
          new Reply.Status(refused.getResponse().statusCode(), 101);
      case SSLException tls -> new Reply.Tls(tls(tls));
      case ConnectException refused -> connecting(refused);
      case null -> new Reply.Broken("the connection broke");
      default -> broken(broken);
    };
  }

  private static Reply connecting(ConnectException refused) {
    if (among(refused, UnresolvedAddressException.class).isPresent()) {
      return new Reply.Unreachable("its host name does not resolve");
    }
    String said = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
    return said.contains("refused") || said.equals("null")
        ? new Reply.Refused()
        : new Reply.Unreachable(Spans.clipped(said));
  }

  private static String tls(SSLException broken) {
    return among(broken, CertificateException.class).isPresent()
        ? "its certificate is not to be trusted: "
            + Spans.clipped(among(broken, CertificateException.class).get().getMessage())
        : Spans.clipped(broken.getMessage());
  }

  private static Reply broken(Throwable broken) {
    String said = String.valueOf(broken.getMessage()).toLowerCase(Locale.ROOT);
    if (said.contains("capacity")) {
      return new Reply.TooLarge();
    }
    if (said.contains("status line") || said.contains("header parser")) {
      return said.contains("received no bytes")
          ? new Reply.Broken("it closed the connection without an answer")
          : new Reply.Broken("what answers there does not speak HTTP");
    }
    return new Reply.Broken("the connection broke (" + broken.getClass().getSimpleName() + ")");
  }

  private static <T extends Throwable> Optional<T> among(Throwable thrown, Class<T> type) {
    @Nullable Throwable cause = thrown;
    for (int at = 0; cause != null && at < MOST_CAUSES; at++) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }
}
