package dev.metaops.rpc;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpRetryException;
import java.net.HttpURLConnection;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP POST and its whole answer. It runs on a virtual thread of its own, because only
 * interrupting one ends a read from a server that sends a byte now and then for ever.
 */
final class Exchange implements Transport {
  private static final int CHUNK = 1 << 16;

  private final Endpoint endpoint;
  private final long maxBytes;

  Exchange(Endpoint endpoint, long maxBytes) {
    this.endpoint = endpoint;
    this.maxBytes = maxBytes;
  }

  @Override
  public Outcome post(byte[] body, Deadline deadline) {
    Duration allowed = deadline.remaining();
    if (allowed.isZero()) {
      return new Outcome.Failed(new RpcFailure.NoAnswer(allowed));
    }
    FutureTask<Outcome> task = new FutureTask<>(() -> attempt(body, deadline));
    Thread worker = Thread.ofVirtual().name("rpc/" + endpoint.name()).start(task);
    try {
      return task.get(allowed.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      worker.interrupt();
      return new Outcome.Failed(new RpcFailure.NoAnswer(allowed));
    } catch (InterruptedException stopping) {
      worker.interrupt();
      Thread.currentThread().interrupt();
      return new Outcome.Failed(new RpcFailure.Stopped());
    } catch (ExecutionException broken) {
      throw new IllegalStateException("asking " + endpoint, broken.getCause());
    }
  }

  private Outcome attempt(byte[] body, Deadline deadline) {
    Duration allowed = deadline.remaining();
    try {
      return exchange(open(body.length, deadline), body);
    } catch (HttpRetryException wantsCredentials) {
      return new Outcome.Replied(wantsCredentials.responseCode(), Optional.empty(), new byte[0]);
    } catch (SocketTimeoutException late) {
      return new Outcome.Failed(new RpcFailure.NoAnswer(allowed));
    } catch (IOException broken) {
      return new Outcome.Failed(name(broken));
    }
  }

  private HttpURLConnection open(int length, Deadline deadline) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) endpoint.url().toURL().openConnection();
    connection.setConnectTimeout(deadline.remainingMillis());
    connection.setReadTimeout(deadline.remainingMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setDoOutput(true);
    connection.setRequestMethod("POST");
    connection.setFixedLengthStreamingMode(length);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("Accept-Encoding", "gzip");
    endpoint
        .authorization()
        .ifPresent(proof -> connection.setRequestProperty("Authorization", proof));
    return connection;
  }

  private Outcome exchange(HttpURLConnection connection, byte[] body) throws IOException {
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    if (status < 0) {
      return new Outcome.Failed(new RpcFailure.Garbage("it does not speak HTTP"));
    }
    @Nullable InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream();
    if (in == null) {
      return new Outcome.Replied(status, retryAfter(connection), new byte[0]);
    }
    try (InputStream plain = plain(connection, in)) {
      Optional<byte[]> whole = whole(plain, connection.getContentLengthLong());
      if (whole.isEmpty()) {
        connection.disconnect();
        return new Outcome.Failed(RpcFailure.TooLarge.than(maxBytes));
      }
      return new Outcome.Replied(status, retryAfter(connection), whole.get());
    }
  }

  /**
   * All there is; empty when that is too much. Memory is taken as bytes come, whatever was said.
   *
   * @param said how much there will be, in bytes, if it is true; negative when unknown
   */
  private Optional<byte[]> whole(InputStream in, long said) throws IOException {
    byte[] whole = new byte[room(0, said)];
    int size = in.readNBytes(whole, 0, whole.length);
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (size == maxBytes) {
        return Optional.empty();
      }
      whole = Arrays.copyOf(whole, room(size, said));
      whole[size++] = (byte) next;
      size += in.readNBytes(whole, size, whole.length - size);
    }
    return Optional.of(size == whole.length ? whole : Arrays.copyOf(whole, size));
  }

  /** For more than so many bytes: no more than what was said, so that it need not be copied. */
  private int room(int size, long said) {
    long more = Math.max(CHUNK, 4L * size);
    return (int) Math.min(said > size ? Math.min(said, more) : more, maxBytes);
  }

  private static InputStream plain(HttpURLConnection connection, InputStream in)
      throws IOException {
    return "gzip".equalsIgnoreCase(connection.getContentEncoding())
        ? new GZIPInputStream(in, CHUNK)
        : in;
  }

  /** Only the form in seconds; a date would need their clock and ours to agree. */
  private static Optional<Duration> retryAfter(HttpURLConnection connection) {
    @Nullable String header = connection.getHeaderField("Retry-After");
    return header != null && header.matches("[0-9]{1,5}")
        ? Optional.of(Duration.ofSeconds(Integer.parseInt(header)))
        : Optional.empty();
  }

  /** Never the exception's own text where it may hold the URL. */
  private static RpcFailure name(IOException broken) {
    String text = Optional.ofNullable(broken.getMessage()).orElse("");
    return switch (broken) {
      case SSLException _ -> new RpcFailure.Tls(text);
      case UnknownHostException _ -> new RpcFailure.Unreachable("its host name does not resolve");
      case NoRouteToHostException _ -> new RpcFailure.Unreachable("no route to its host");
      case ConnectException _ ->
          new RpcFailure.Unreachable(text.isEmpty() ? "connection failed" : lowerFirst(text));
      default ->
          text.equals("Premature EOF")
              ? new RpcFailure.Garbage("the answer was cut short")
              : text.equals("Invalid Http response")
                  ? new RpcFailure.Garbage("it does not speak HTTP")
                  : new RpcFailure.Unreachable("the connection broke before the answer was whole");
    };
  }

  private static String lowerFirst(String text) {
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
