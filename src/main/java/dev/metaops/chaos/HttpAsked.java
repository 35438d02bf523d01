package dev.metaops.chaos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One HTTP/1.1 request, read from a raw socket: what has to reset connections and cut answers short
 * cannot leave them to a server that knows better.
 *
 * @param headers names in lower case
 * @param body nobody compares these
 */
@SuppressWarnings("ArrayRecordComponent")
record HttpAsked(String method, String path, Map<String, String> headers, byte[] body) {
  private static final int MOST_HEADERS = 100;
  private static final int MOST_LINE = 1 << 16;
  private static final int MOST_BODY = 32 << 20;

  /** Empty when the other side has closed; it fails on what is no HTTP, or too large. */
  static Optional<HttpAsked> read(InputStream in) throws IOException {
    String[] first = line(in).split(" ", 3);
    if (first.length < 3) {
      return Optional.empty();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      if (colon < 1 || headers.size() == MOST_HEADERS) {
        throw new IOException("headers that cannot be read");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return Optional.of(new HttpAsked(first[0], first[1], headers, body(in, headers)));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      return chunks(in);
    }
    String length = headers.getOrDefault("content-length", "0");
    return exactly(in, length(length, 10));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    while (true) {
      int length = length(line(in).split(";", 2)[0].strip(), 16);
      if (length == 0) {
        while (!line(in).isEmpty()) {
          // Trailers say nothing we need.
        }
        return whole.toByteArray();
      }
      if (whole.size() + length > MOST_BODY) {
        throw new IOException("a body of more than " + MOST_BODY + " bytes");
      }
      whole.writeBytes(exactly(in, length));
      line(in);
    }
  }

  private static int length(String text, int radix) throws IOException {
    try {
      int length = Integer.parseInt(text, radix);
      if (length >= 0 && length <= MOST_BODY) {
        return length;
      }
    } catch (NumberFormatException noNumber) {
      // Said below.
    }
    throw new IOException("a body of no length we read");
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("a body that ends early");
    }
    return bytes;
  }

  /** Without its end; empty also at the end of the stream. */
  static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
      if (line.size() == MOST_LINE) {
        throw new IOException("a line of more than " + MOST_LINE + " bytes");
      }
      line.write(read);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  boolean isWebSocket() {
    return headers.getOrDefault("upgrade", "").equalsIgnoreCase("websocket");
  }

  boolean isControl() {
    return path.equals("/chaos");
  }

  boolean keepsAlive() {
    return !headers.getOrDefault("connection", "").equalsIgnoreCase("close");
  }
}
