package dev.metaops.testing;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Somebody who follows an order over a socket of its own, as a browser does: Server-Sent Events or
 * a WebSocket. What it hears comes on a virtual thread of its own. Thread-safe.
 */
public final class StatusClient implements AutoCloseable {
  /** Which of the two. */
  public enum Way {
    SSE,
    WEBSOCKET
  }

  /**
   * One message.
   *
   * @param position where to come back to; empty when it says none
   * @param nanos when it was here, by {@link System#nanoTime}
   */
  public record Heard(String event, String position, String state, String json, long nanos) {
    static Heard of(String json) {
      return new Heard(
          field(json, "event"),
          field(json, "position"),
          field(json, "state"),
          json,
          System.nanoTime());
    }

    private static String field(String json, String name) {
      String begin = "\"" + name + "\":\"";
      int at = json.indexOf(begin);
      return at < 0
          ? ""
          : json.substring(at + begin.length(), json.indexOf('"', at + begin.length()));
    }
  }

  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int CLOSE = 8;
  private static final int MOST_HEADER = 16_384;

  private final Socket socket;
  private final Consumer<Heard> hears;
  private final int status;
  private final Thread reading;

  private StatusClient(
      Socket socket, int status, Way way, DataInputStream in, Consumer<Heard> hears) {
    this.socket = socket;
    this.hears = hears;
    this.status = status;
    this.reading = Thread.ofVirtual().unstarted(() -> read(way, in));
  }

  /**
   * Connected and answered when it returns.
   *
   * @param server without a path
   * @param after a position to go on from
   */
  public static StatusClient follow(
      URI server, String order, Way way, Optional<String> after, Consumer<Heard> hears)
      throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 10_000);
      OutputStream out = socket.getOutputStream();
      out.write(request(server, order, way, after).getBytes(StandardCharsets.US_ASCII));
      out.flush();
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      String head = head(in);
      int status = Integer.parseInt(head.substring(9, 12));
      StatusClient client = new StatusClient(socket, status, way, in, hears);
      if (status == 200 || status == 101) {
        client.reading.start();
      } else {
        socket.close();
      }
      return client;
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  /** 200 or 101 when it follows. */
  public int status() {
    return status;
  }

  /** Whether it still hears. */
  public boolean isOpen() {
    return reading.isAlive();
  }

  private static String request(URI server, String order, Way way, Optional<String> after) {
    String begin = "GET /v1/orders/" + order;
    String host = " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n";
    return switch (way) {
      case SSE ->
          begin
              + "/events"
              + host
              + "Accept: text/event-stream\r\n"
              + after.map(at -> "Last-Event-ID: " + at + "\r\n").orElse("")
              + "\r\n";
      case WEBSOCKET ->
          begin
              + "/socket"
              + after.map(at -> "?after=" + at).orElse("")
              + host
              + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    };
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0 || head.length() > MOST_HEADER) {
        throw new EOFException("no answer: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void read(Way way, DataInputStream in) {
    try (socket) {
      switch (way) {
        case SSE -> readEvents(in);
        case WEBSOCKET -> readFrames(in);
      }
    } catch (IOException cut) {
      // It hears nothing more.
    }
  }

  private void readEvents(DataInputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      int length = Integer.parseInt(line(in), 16);
      text.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
      line(in);
      int end;
      while ((end = text.indexOf("\n\n")) >= 0) {
        String event = text.substring(0, end);
        text.delete(0, end + 2);
        int data = event.indexOf("data: ");
        if (data >= 0) {
          hears.accept(Heard.of(event.substring(data + "data: ".length())));
        }
      }
      if (length == 0) {
        return;
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next;
    while ((next = in.read()) != '\n') {
      if (next < 0) {
        throw new EOFException();
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private void readFrames(DataInputStream in) throws IOException {
    while (true) {
      int code = in.readUnsignedByte() & 0x0f;
      int length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      }
      byte[] payload = in.readNBytes(length);
      if (code == PING) {
        socket.getOutputStream().write(new byte[] {(byte) (0x80 | PONG), (byte) 0x80, 0, 0, 0, 0});
      } else if (code == CLOSE) {
        return;
      } else {
        hears.accept(Heard.of(new String(payload, StandardCharsets.UTF_8)));
      }
    }
  }

  /** As a network does: at once, and without a word. */
  @Override
  public void close() {
    try {
      socket.close();
      reading.join();
    } catch (IOException gone) {
      // It is closed then.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
