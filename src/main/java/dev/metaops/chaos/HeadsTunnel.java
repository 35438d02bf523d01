package dev.metaops.chaos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.metaops.rpc.Endpoint;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;

/**
 * A WebSocket passed through to the honest node. Messages from the node may be kept back; nothing
 * in them is changed.
 */
record HeadsTunnel(Chaos chaos, Endpoint endpoint) {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int MOST_MESSAGE = 16 << 20;

  /** Not passed on: they are of this connection, or would compress what has to be read. */
  private static final Set<String> OURS =
      Set.of("host", "sec-websocket-extensions", "authorization", "origin", "content-length");

  private static final Pattern NUMBER =
      Pattern.compile("\"number\"\\s*:\\s*\"(0x[0-9a-fA-F]{1,15})\"");

  /**
   * Runs until either side closes.
   *
   * @param in of the client, from which its handshake was read
   */
  void run(HttpAsked handshake, Socket client, InputStream in) throws IOException {
    try (Socket node = connect()) {
      node.setSoTimeout(client.getSoTimeout());
      OutputStream toNode = node.getOutputStream();
      toNode.write(handshake(handshake).getBytes(ISO_8859_1));
      toNode.flush();
      Thread.ofVirtual().name("chaos/ws").start(() -> pass(in, toNode, client, node));
      DataInputStream fromNode =
          new DataInputStream(new BufferedInputStream(node.getInputStream()));
      OutputStream toClient = client.getOutputStream();
      head(fromNode, toClient);
      boolean isDropped = false;
      for (Optional<Frame> frame = Frame.read(fromNode);
          frame.isPresent();
          frame = Frame.read(fromNode)) {
        if (frame.get().beginsMessage()) {
          isDropped = isDropped(frame.get());
        }
        if (!isDropped) {
          toClient.write(frame.get().bytes());
          toClient.flush();
        }
      }
    }
  }

  private boolean isDropped(Frame first) {
    String start = first.start();
    Optional<String> head =
        start.contains("eth_subscription") ? Optional.of(about(start)) : Optional.empty();
    boolean isMute = chaos.isMute(head.orElse("a message of the WebSocket"));
    return isMute || head.filter(chaos::dropsHead).isPresent();
  }

  private static String about(String message) {
    Matcher number = NUMBER.matcher(message);
    return number.find() ? "new head " + Long.decode(number.group(1)) : "a notification";
  }

  private Socket connect() throws IOException {
    URI url = endpoint.url();
    boolean isSecure = url.getScheme().toLowerCase(Locale.ROOT).equals("wss");
    int port = url.getPort() < 0 ? (isSecure ? 443 : 80) : url.getPort();
    Socket plain = new Socket();
    plain.connect(new InetSocketAddress(url.getHost(), port), CONNECT_MILLIS);
    if (!isSecure) {
      return plain;
    }
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    return tls.createSocket(plain, url.getHost(), port, true);
  }

  private String handshake(HttpAsked asked) {
    URI url = endpoint.url();
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    StringBuilder head = new StringBuilder("GET " + path + query + " HTTP/1.1\r\n");
    head.append("Host: " + url.getHost() + port + "\r\n");
    asked
        .headers()
        .forEach((name, value) -> {
          if (!OURS.contains(name)) {
            head.append(name + ": " + value + "\r\n");
          }
        });
    endpoint.authorization().ifPresent(proof -> head.append("Authorization: " + proof + "\r\n"));
    return head.append("\r\n").toString();
  }

  private static void head(InputStream fromNode, OutputStream toClient) throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = HttpAsked.line(fromNode); !line.isEmpty(); line = HttpAsked.line(fromNode)) {
      head.append(line).append("\r\n");
    }
    toClient.write(head.append("\r\n").toString().getBytes(ISO_8859_1));
    toClient.flush();
  }

  private static void pass(InputStream in, OutputStream out, Socket client, Socket node) {
    try (client;
        node) {
      byte[] some = new byte[1 << 13];
      for (int read = in.read(some); read >= 0; read = in.read(some)) {
        out.write(some, 0, read);
        out.flush();
      }
    } catch (IOException closed) {
      // The other direction ends by it too.
    }
  }

  /**
   * One frame as it came.
   *
   * @param bytes the whole, header included; nobody compares these
   * @param payload where its payload begins
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Frame(byte[] bytes, int payload) {
    private static final int MOST_SEEN = 4096;

    /** Empty at the end of the stream. */
    static Optional<Frame> read(DataInputStream in) throws IOException {
      int first = in.read();
      if (first < 0) {
        return Optional.empty();
      }
      int second = in.readUnsignedByte();
      int more = (second & 0x7f) == 126 ? 2 : (second & 0x7f) == 127 ? 8 : 0;
      byte[] length = in.readNBytes(more);
      long payload = more == 0 ? second & 0x7f : 0;
      for (byte digit : length) {
        payload = payload << 8 | (digit & 0xff);
      }
      int mask = (second & 0x80) == 0 ? 0 : 4;
      if (payload < 0 || payload > MOST_MESSAGE) {
        throw new IOException("a message of more than " + MOST_MESSAGE + " bytes");
      }
      int start = 2 + more + mask;
      byte[] whole = new byte[start + (int) payload];
      whole[0] = (byte) first;
      whole[1] = (byte) second;
      System.arraycopy(length, 0, whole, 2, length.length);
      in.readFully(whole, 2 + more, whole.length - 2 - more);
      return Optional.of(new Frame(whole, start));
    }

    /** Whether it is not the continuation of another frame. */
    boolean beginsMessage() {
      return (bytes[0] & 0x0f) != 0;
    }

    String start() {
      int length = Math.min(bytes.length - payload, MOST_SEEN);
      return new String(bytes, payload, length, ISO_8859_1);
    }
  }
}
