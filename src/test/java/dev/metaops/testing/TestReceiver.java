package dev.metaops.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes what is sent to Sentry, Logtail or an OpenTelemetry collector, on loopback, and keeps it
 * decoded; or behaves as they do on a bad day.
 */
public final class TestReceiver implements AutoCloseable {
  /** How it answers. */
  public sealed interface Mood {
    /** As documented: Logtail says 202, the others 200. */
    record Taking() implements Mood {}

    /** With this status, and Retry-After where it is above 0. */
    record Answering(int status, int retryAfter) implements Mood {}

    /** Takes the request and says nothing until it is closed. */
    record Hanging() implements Mood {}
  }

  /** One request, its body unzipped. */
  public static final class Taken {
    private final String path;
    private final Map<String, String> headers;
    private final byte[] body;

    private Taken(String path, Map<String, String> headers, byte[] body) {
      this.path = path;
      this.headers = headers;
      this.body = body;
    }

    public String path() {
      return path;
    }

    /** By name, whatever its case. */
    public Map<String, String> headers() {
      return headers;
    }

    public byte[] body() {
      return body.clone();
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The events of a Sentry envelope: a line of headers, then a header and a payload an item. */
    public List<JsonNode> sentryEvents() {
      List<JsonNode> events = new ArrayList<>();
      int at = lineEnd(0) + 1;
      while (at < body.length) {
        JsonNode header = JsonMapper.shared().readTree(part(at, lineEnd(at)));
        int begin = lineEnd(at) + 1;
        int end = header.has("length") ? begin + header.get("length").asInt() : lineEnd(begin);
        if (header.path("type").asString().equals("event")) {
          events.add(JsonMapper.shared().readTree(part(begin, end)));
        }
        at = end + 1;
      }
      return events;
    }

    /** The lines of a Logtail request. */
    public List<JsonNode> logtailLines() {
      JsonNode array = JsonMapper.shared().readTree(body);
      if (!array.isArray()) {
        throw new IllegalStateException("no array: " + text());
      }
      return array.valueStream().toList();
    }

    private byte[] part(int from, int to) {
      return Arrays.copyOfRange(body, from, to);
    }

    private int lineEnd(int from) {
      int at = from;
      while (at < body.length && body[at] != '\n') {
        at++;
      }
      return at;
    }

    /** Everything of it that was on the wire and could be read, for whoever looks for a secret. */
    public String all() {
      return path + headers + new String(body, StandardCharsets.ISO_8859_1) + text();
    }
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Mood mood;

  private TestReceiver(Mood mood) {
    this.mood = mood;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  public static TestReceiver taking() {
    return new TestReceiver(new Mood.Taking());
  }

  public static TestReceiver in(Mood mood) {
    return new TestReceiver(mood);
  }

  public void become(Mood other) {
    mood = other;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** As Sentry shows it to the owner of project 7. */
  public String dsn(String key) {
    return "http://" + key + "@127.0.0.1:" + server.getAddress().getPort() + "/7";
  }

  /** In the order they came. */
  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, all) -> headers.put(name, all.getFirst()));
      boolean isZipped = "gzip".equals(headers.get("Content-Encoding"));
      taken.add(
          new Taken(
              exchange.getRequestURI().toString(), headers, isZipped ? unzipped(body) : body));
      switch (mood) {
        case Mood.Hanging _ -> awaitClosing();
        case Mood.Taking _ ->
            exchange.sendResponseHeaders(
                exchange.getRequestURI().getPath().equals("/") ? 202 : 200, -1);
        case Mood.Answering(int status, int retryAfter) -> {
          if (retryAfter > 0) {
            exchange.getResponseHeaders().set("Retry-After", Integer.toString(retryAfter));
          }
          exchange.sendResponseHeaders(status, -1);
        }
      }
    }
  }

  private void awaitClosing() {
    try {
      closing.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] unzipped(byte[] body) throws IOException {
    try (GZIPInputStream zip = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return zip.readAllBytes();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
