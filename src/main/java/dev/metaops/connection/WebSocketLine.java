package dev.metaops.connection;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A client's side of RFC 6455 over a socket that is already there, as far as a few small text
 * messages need it: so that each hop below it is timed on the same connection, and without the
 * start of Java's HTTP client. Not thread-safe.
 */
final class WebSocketLine {
  /** What the other side makes of the wish to speak WebSocket. */
  sealed interface Opening {
    record Open(WebSocketLine line) implements Opening {}

    record Refused(int status) implements Opening {}

    record Garbage(String why) implements Opening {}
  }

  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int MOST_HEADER = 1 << 14;
  private static final int MOST_MESSAGE = 1 << 20;
  private static final int CONTINUED = 0;
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Socket socket;
  private final DataInputStream in;

  private WebSocketLine(Socket socket, DataInputStream in) {
    this.socket = socket;
    this.in = in;
  }

  static Opening open(Socket socket, URI url) throws IOException {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    String key = Base64.getEncoder().encodeToString(nonce);
    socket.getOutputStream().write(request(url, key).getBytes(StandardCharsets.US_ASCII));
    DataInputStream in = new DataInputStream(socket.getInputStream());
    String head = head(in);
    String status = head.lines().findFirst().orElse("");
    if (!status.matches("HTTP/1\\.[01] [1-5][0-9]{2}.*")) {
      return new Opening.Garbage("what answers there does not speak HTTP");
    }
    int code = Integer.parseInt(status.substring(9, 12));
    if (code != 101) {
      return new Opening.Refused(code);
    }
    boolean isAgreed =
        head.lines()
            .anyMatch(line ->
                line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-accept:")
                    && line.substring(line.indexOf(':') + 1).strip().equals(accept(key)));
    return isAgreed
        ? new Opening.Open(new WebSocketLine(socket, in))
        : new Opening.Garbage("it agrees to a WebSocket without having read what was asked");
  }

  private static String request(URI url, String key) {
    String path = Optional.ofNullable(url.getRawPath()).filter(text -> !text.isEmpty()).orElse("/");
    String query = Optional.ofNullable(url.getRawQuery()).map(text -> "?" + text).orElse("");
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String proof =
        Optional.ofNullable(url.getUserInfo())
            .map(user -> user.getBytes(StandardCharsets.UTF_8))
            .map(
                user -> "Authorization: Basic " + Base64.getEncoder().encodeToString(user) + "\r\n")
            .orElse("");
    return "GET "
        + path
        + query
        + " HTTP/1.1\r\nHost: "
        + url.getHost()
        + port
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: "
        + key
        + "\r\n"
        + proof
        + "\r\n";
  }

  private static String head(DataInputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n", Math.max(0, head.length() - 4)) < 0) {
      int read = in.read();
      if (read < 0) {
        if (head.isEmpty()) {
          throw new EOFException();
        }
        return head.toString();
      }
      head.append((char) read);
      if (head.length() > MOST_HEADER) {
        throw new ProtocolException("a header without end");
      }
    }
    return head.toString();
  }

  /** How long the next bytes may take. */
  void waitAtMost(int millis) throws IOException {
    socket.setSoTimeout(millis);
  }

  void send(String text) throws IOException {
    frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The next text message; pings before it are answered. */
  String read() throws IOException {
    StringBuilder message = new StringBuilder();
    while (true) {
      int first = in.readUnsignedByte();
      byte[] payload = payload();
      switch (first & 0xf) {
        case TEXT, CONTINUED -> {
          message.append(new String(payload, StandardCharsets.UTF_8));
          if (message.length() > MOST_MESSAGE) {
            throw new ProtocolException("a message without end");
          }
          if ((first & 0x80) != 0) {
            return message.toString();
          }
        }
        case PING -> frame(PONG, payload);
        case CLOSE -> throw new EOFException();
        default -> {}
      }
    }
  }

  private byte[] payload() throws IOException {
    long length = in.readUnsignedByte() & 0x7f;
    if (length == 126) {
      length = in.readUnsignedShort();
    } else if (length == 127) {
      length = in.readLong();
    }
    if (length < 0 || length > MOST_MESSAGE) {
      throw new ProtocolException("a message of " + length + " bytes");
    }
    byte[] payload = in.readNBytes((int) length);
    if (payload.length < length) {
      throw new EOFException();
    }
    return payload;
  }

  /** A client masks what it sends. */
  private void frame(int opcode, byte[] payload) throws IOException {
    if (payload.length > 125) {
      throw new IllegalArgumentException(
          "message: " + payload.length + " bytes (expected: at most 125)");
    }
    byte[] frame = new byte[6 + payload.length];
    byte[] mask = new byte[4];
    RANDOM.nextBytes(mask);
    frame[0] = (byte) (0x80 | opcode);
    frame[1] = (byte) (0x80 | payload.length);
    System.arraycopy(mask, 0, frame, 2, mask.length);
    for (int at = 0; at < payload.length; at++) {
      frame[6 + at] = (byte) (payload[at] ^ mask[at % 4]);
    }
    OutputStream out = socket.getOutputStream();
    out.write(frame);
    out.flush();
  }

  private static String accept(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      return Base64.getEncoder()
          .encodeToString(digest.digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
