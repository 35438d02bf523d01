package dev.metaops.connection;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One small HTTP {@code GET}. A server that trickles is ended by interrupting its thread. */
final class Fetch {
  private static final int MOST_BYTES = 1 << 18;

  private Fetch() {}

  /** What came back, at most 256 KB of it. */
  record Reply(int status, String body) {}

  static Reply get(URI url, Map<String, String> headers, Deadline deadline) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
    connection.setConnectTimeout(deadline.remainingMillis());
    connection.setReadTimeout(deadline.remainingMillis());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json");
    headers.forEach(connection::setRequestProperty);
    try {
      int status = connection.getResponseCode();
      @Nullable InputStream in =
          status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      return new Reply(status, in == null ? "" : text(in));
    } finally {
      connection.disconnect();
    }
  }

  private static String text(InputStream in) throws IOException {
    try (in) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    }
  }
}
