package dev.metaops.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/**
 * A venue's small order-status API on loopback, {@code /v1/orders/ID}: it says what it was told to
 * show, until it is told to behave otherwise.
 */
public final class VenueFront implements AutoCloseable {
  /** How a body travels. */
  public enum Packing {
    PLAIN,
    GZIP
  }

  /** What one request is answered with. */
  public record Answer(int status, Map<String, String> headers, String body, Packing packing) {
    public static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body, Packing.PLAIN);
    }

    public static Answer leadingTo(String location) {
      return new Answer(302, Map.of("Location", location), "", Packing.PLAIN);
    }

    /** The same, packed. */
    public Answer packed() {
      return new Answer(status, Map.of("Content-Encoding", "gzip"), body, Packing.GZIP);
    }

    byte[] bytes() throws IOException {
      byte[] plain = body.getBytes(StandardCharsets.UTF_8);
      if (packing == Packing.PLAIN) {
        return plain;
      }
      var packed = new ByteArrayOutputStream();
      try (var out = new GZIPOutputStream(packed)) {
        out.write(plain);
      }
      return packed.toByteArray();
    }
  }

  /** How it answers. */
  public interface Manner {
    Answer answer(HttpExchange asked) throws InterruptedException;
  }

  private final HttpServer server;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Map<String, String> shown = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile Manner manner = this::honest;

  public VenueFront() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** From now on this is what it says of the order. */
  public VenueFront shows(String order, String state) {
    shown.put(order, state);
    return this;
  }

  public void behaves(Manner other) {
    manner = other;
  }

  /** Answers by what it was told to show. */
  public void behavesWell() {
    manner = this::honest;
  }

  /** Takes requests and never answers. */
  public void isSilent() {
    manner =
        _ -> {
          closed.await();
          return Answer.of(500, "");
        };
  }

  /** Each request: its address, and what it proves itself with. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** What it says of an order by itself. */
  public Answer honest(HttpExchange exchange) {
    String path = exchange.getRequestURI().getPath();
    String order = path.substring(path.lastIndexOf('/') + 1);
    String state = shown.get(order);
    return state == null
        ? Answer.of(404, "{}")
        : Answer.of(200, "{\"order\":{\"id\":\"" + order + "\",\"state\":\"" + state + "\"}}");
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked.add(
          exchange.getRequestURI()
              + " "
              + String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      Answer answer = manner.answer(exchange);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      byte[] body = answer.bytes();
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
