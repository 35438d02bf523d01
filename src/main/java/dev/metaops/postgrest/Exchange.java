package dev.metaops.postgrest;

import dev.metaops.time.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP question and its whole answer, as rpc's Exchange does it for POST: on a virtual thread
 * of its own, because only interrupting one ends a read from a server that sends a byte now and
 * then for ever. Kept apart from it so that neither package has to use the other.
 */
final class Exchange {
  /** What came of it. */
  sealed interface Outcome {
    record Replied(Reply reply) implements Outcome {}

    record Failed(PostgrestFailure failure) implements Outcome {}
  }

  private static final int CHUNK = 1 << 16;

  private final long maxBytes;

  Exchange(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  Outcome ask(String method, URI url, Map<String, String> headers, Deadline deadline) {
    Duration allowed = deadline.remaining();
    if (allowed.isZero()) {
      return new Outcome.Failed(new PostgrestFailure.NoAnswer(allowed));
    }
    FutureTask<Outcome> task = new FutureTask<>(() -> attempt(method, url, headers, deadline));
    Thread worker = Thread.ofVirtual().name("postgrest/" + url.getHost()).start(task);
    try {
      return task.get(allowed.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      worker.interrupt();
      return new Outcome.Failed(new PostgrestFailure.NoAnswer(allowed));
    } catch (InterruptedException stopping) {
      worker.interrupt();
      Thread.currentThread().interrupt();
      return new Outcome.Failed(new PostgrestFailure.Stopped());
    } catch (ExecutionException broken) {
      throw new IllegalStateException("asking " + url.getHost(), broken.getCause());
    }
  }

  private Outcome attempt(String method, URI url, Map<String, String> headers, Deadline deadline) {
    Duration allowed = deadline.remaining();
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(deadline.remainingMillis());
      connection.setReadTimeout(deadline.remainingMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestMethod(method);
      connection.setRequestProperty("Accept-Encoding", "gzip");
      headers.forEach(connection::setRequestProperty);
      return exchange(connection);
    } catch (SocketTimeoutException late) {
      return new Outcome.Failed(new PostgrestFailure.NoAnswer(allowed));
    } catch (IOException broken) {
      return new Outcome.Failed(name(broken));
    }
  }

  private Outcome exchange(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 0) {
      return new Outcome.Failed(new PostgrestFailure.Garbage("it does not speak HTTP"));
    }
    @Nullable InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    if (in == null) {
      return replied(connection, status, new byte[0]);
    }
    try (InputStream plain = plain(connection, in)) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      byte[] chunk = new byte[CHUNK];
      for (int read = plain.read(chunk); read >= 0; read = plain.read(chunk)) {
        if (whole.size() + read > maxBytes) {
          connection.disconnect();
          return new Outcome.Failed(new PostgrestFailure.TooLarge(maxBytes));
        }
        whole.write(chunk, 0, read);
      }
      return replied(connection, status, whole.toByteArray());
    }
  }

  private static Outcome replied(HttpURLConnection connection, int status, byte[] body) {
    return new Outcome.Replied(
        new Reply(
            status,
            header(connection, "Content-Type"),
            header(connection, "Content-Range"),
            header(connection, "Location"),
            retryAfter(header(connection, "Retry-After")),
            body));
  }

  private static InputStream plain(HttpURLConnection connection, InputStream in)
      throws IOException {
    boolean isPacked =
        "gzip".equalsIgnoreCase(connection.getContentEncoding())
            && !connection.getRequestMethod().equals("HEAD");
    return isPacked ? new GZIPInputStream(in, CHUNK) : in;
  }

  private static String header(HttpURLConnection connection, String name) {
    return Optional.ofNullable(connection.getHeaderField(name)).orElse("");
  }

  /** Only the form in seconds; a date would need their clock and ours to agree. */
  private static Optional<Duration> retryAfter(String header) {
    return header.matches("[0-9]{1,5}")
        ? Optional.of(Duration.ofSeconds(Integer.parseInt(header)))
        : Optional.empty();
  }

  /** Never the exception's own text where it may hold the URL. */
  private static PostgrestFailure name(IOException broken) {
    String text = Foreign.clipped(Optional.ofNullable(broken.getMessage()).orElse(""));
    return switch (broken) {
      case SSLException _ -> new PostgrestFailure.Tls(text);
      case UnknownHostException _ ->
          new PostgrestFailure.Unreachable("its host name does not resolve");
      case NoRouteToHostException _ -> new PostgrestFailure.Unreachable("no route to its host");
      case ConnectException _ -> new PostgrestFailure.Unreachable("connection refused or failed");
      default ->
          text.equals("Premature EOF")
              ? new PostgrestFailure.Garbage("the answer was cut short")
              : text.equals("Invalid Http response")
                  ? new PostgrestFailure.Garbage("it does not speak HTTP")
                  : new PostgrestFailure.Unreachable(
                      "the connection broke before the answer was whole");
    };
  }
}
