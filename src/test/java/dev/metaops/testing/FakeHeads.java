package dev.metaops.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The WebSocket side of a node, on loopback: the test takes each connection by hand and says what
 * comes over it. Answers no ping by itself.
 */
public final class FakeHeads implements AutoCloseable {
  private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int TEXT = 1;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final ServerSocket server;
  private final LinkedBlockingQueue<Connection> connections = new LinkedBlockingQueue<>();
  private final List<Connection> all = new CopyOnWriteArrayList<>();

  public FakeHeads() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    Thread.ofVirtual().name("fake-heads").start(this::accept);
  }

  public String url() {
    return "ws://127.0.0.1:" + server.getLocalPort();
  }

  /** The next connection, its handshake not answered yet; waits at most 10 s. */
  public Connection next() throws InterruptedException {
    return Optional.ofNullable(connections.poll(10, TimeUnit.SECONDS))
        .orElseThrow(() -> new AssertionError("nobody connected within 10 s"));
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Connection connection : all) {
      connection.drop();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Connection connection = new Connection(server.accept());
        all.add(connection);
        connections.add(connection);
      } catch (IOException stopping) {
        return;
      }
    }
  }

  /** One client. */
  public static final class Connection {
    private final Socket socket;

    Connection(Socket socket) {
      this.socket = socket;
    }

    /** Reads the handshake and agrees. */
    public Connection agree() throws IOException {
      String key = "";
      for (String line = line(); !line.isEmpty(); line = line()) {
        if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
          key = line.substring(line.indexOf(':') + 1).strip();
        }
      }
      write(
          ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + accept(key)
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    /** Reads the handshake and answers with this status. */
    public void refuse(int status) throws IOException {
      skipHandshake();
      write(
          ("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
    }

    /** Agrees, reads the subscription and confirms it. */
    public Connection subscribe() throws IOException {
      agree();
      String asked = read();
      if (!asked.contains("\"eth_subscribe\"") || !asked.contains("\"newHeads\"")) {
        throw new AssertionError("asked: " + asked);
      }
      return say("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x9\"}");
    }

    public Connection head() throws IOException {
      return say(
          "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{\"result\":{}}}");
    }

    public Connection say(String text) throws IOException {
      return frame(0x80 | TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the beginning of a message and never its end. */
    public Connection sayWithoutEnd(String text) throws IOException {
      return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Goes on with what {@link #sayWithoutEnd} began. */
    public Connection goOn(String text) throws IOException {
      return frame(0, text.getBytes(StandardCharsets.UTF_8));
    }

    public Connection pong() throws IOException {
      return frame(0x80 | PONG, new byte[0]);
    }

    /** Waits for a ping; the time limit is the caller's. */
    public Connection awaitPing() throws IOException {
      int opcode = opcode();
      while (opcode != PING) {
        opcode = opcode();
      }
      return this;
    }

    /** Ends it as WebSockets end, with this code. */
    public void close(int code) throws IOException {
      frame(0x80 | CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
    }

    /** Cuts the line. */
    public void drop() throws IOException {
      socket.close();
    }

    private void skipHandshake() throws IOException {
      String line = line();
      while (!line.isEmpty()) {
        line = line();
      }
    }

    private String read() throws IOException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      in.readUnsignedByte();
      return new String(payload(in), StandardCharsets.UTF_8);
    }

    private int opcode() throws IOException {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int opcode = in.readUnsignedByte() & 0xf;
      payload(in);
      return opcode;
    }

    private static byte[] payload(DataInputStream in) throws IOException {
      int length = in.readUnsignedByte() & 0x7f;
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int at = 0; at < payload.length; at++) {
        payload[at] ^= mask[at % 4];
      }
      return payload;
    }

    private Connection frame(int head, byte[] payload) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(head);
      if (payload.length < 126) {
        frame.write(payload.length);
      } else {
        frame.write(127);
        for (int shift = 56; shift >= 0; shift -= 8) {
          frame.write((int) ((long) payload.length >>> shift));
        }
      }
      frame.writeBytes(payload);
      write(frame.toByteArray());
      return this;
    }

    private void write(byte[] bytes) throws IOException {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
    }

    private String line() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      for (int read = socket.getInputStream().read();
          read >= 0 && read != '\n';
          read = socket.getInputStream().read()) {
        line.write(read);
      }
      return line.toString(StandardCharsets.UTF_8).strip();
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
}
