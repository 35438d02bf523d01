package dev.metaops.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON-RPC node on loopback that does as it is told: answers from a table of methods, or
 * misbehaves on purpose. Raw sockets, because an HTTP library is too well behaved.
 */
public final class FakeNode implements AutoCloseable {
  /** What it does with a request once it has read it. */
  public sealed interface Behaviour {
    /** Answers as the table of methods says. */
    record Honest() implements Behaviour {}

    /** Takes the request and says nothing, ever. */
    record Hanging() implements Behaviour {}

    /** Sends a sound answer's header byte by byte, one each pause. */
    record DrippingHeader(int pauseMillis) implements Behaviour {}

    /** Sends a sound header at once and the body byte by byte, one each pause. */
    record DrippingBody(int pauseMillis) implements Behaviour {}

    /** Sends the body in HTTP chunks that never end. */
    record EndlessChunks() implements Behaviour {}

    /** Sends these bytes, a character each, as the whole HTTP answer. */
    record Raw(String bytes) implements Behaviour {}

    /** Sends this body with this status. */
    record Says(int status, Map<String, String> headers, String body) implements Behaviour {}

    /** Promises the whole honest body and sends half. */
    record Truncated() implements Behaviour {}

    /** Answers honestly, but to another question. */
    record WrongId() implements Behaviour {}

    /** Closes the connection without a byte. */
    record Closing() implements Behaviour {}
  }

  /** A JSON-RPC error a method answers with. */
  public static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int code;
    private final transient Optional<JsonNode> data;

    public Refusal(int code, String message) {
      super(message);
      this.code = code;
      this.data = Optional.empty();
    }

    public Refusal(int code, String message, JsonNode data) {
      super(message);
      this.code = code;
      this.data = Optional.of(data);
    }
  }

  public static final JsonMapper JSON = new JsonMapper();

  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Map<String, Function<JsonNode, JsonNode>> methods = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<Map<String, String>> headers = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Behaviour> next = new CopyOnWriteArrayList<>();
  private volatile int largestBatch = Integer.MAX_VALUE;
  private volatile Optional<String> aboutBatches = Optional.empty();
  private volatile UnaryOperator<String> garbling = UnaryOperator.identity();
  private volatile Behaviour behaviour = new Behaviour.Honest();

  public FakeNode() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    Thread.ofVirtual().name("fake-node").start(this::accept);
  }

  public String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  public FakeNode on(String method, Function<JsonNode, JsonNode> result) {
    methods.put(method, result);
    return this;
  }

  /** Answers this method with this JSON. */
  public FakeNode on(String method, String json) {
    JsonNode result = JSON.readTree(json);
    return on(method, _ -> result);
  }

  public FakeNode behave(Behaviour now) {
    behaviour = now;
    return this;
  }

  /** Answers larger batches with one error. */
  public FakeNode refuseBatchesOver(int size) {
    largestBatch = size;
    aboutBatches = Optional.empty();
    return this;
  }

  /** Answers larger batches with this error. */
  public FakeNode refuseBatchesOver(int size, String words) {
    largestBatch = size;
    aboutBatches = Optional.of(words);
    return this;
  }

  /** Changes the body of every honest answer. */
  public FakeNode garble(UnaryOperator<String> change) {
    garbling = change;
    return this;
  }

  /** Does these first, one a request. */
  public FakeNode first(Behaviour... some) {
    next.addAll(List.of(some));
    return this;
  }

  /** The bodies of all requests so far. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** The headers of all requests so far, names in lower case. */
  public List<Map<String, String>> headers() {
    return List.copyOf(headers);
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException stopping) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      InputStream in = connection.getInputStream();
      boolean more = true;
      while (more) {
        Optional<String> body = read(in);
        more = body.isPresent() && answer(connection.getOutputStream(), body.get());
      }
    } catch (IOException gone) {
      connections.remove(connection);
    }
  }

  private Optional<String> read(InputStream in) throws IOException {
    Map<String, String> found = new ConcurrentHashMap<>();
    String line = line(in);
    if (line.isEmpty()) {
      return Optional.empty();
    }
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      found.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    headers.add(found);
    int length = Integer.parseInt(found.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    asked.add(body);
    return Optional.of(body);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
      line.write(read);
    }
    return line.toString(StandardCharsets.UTF_8).strip();
  }

  private boolean answer(OutputStream out, String question) throws IOException {
    Behaviour now = next.isEmpty() ? behaviour : next.removeFirst();
    return switch (now) {
      case Behaviour.Honest() -> send(out, http(200, Map.of(), garbling.apply(honest(question))));
      case Behaviour.Hanging() -> {
        pause(Integer.MAX_VALUE);
        yield false;
      }
      case Behaviour.DrippingHeader(int millis) -> {
        drip(out, http(200, Map.of("X-Long", "x".repeat(10_000)), honest(question)), millis);
        yield false;
      }
      case Behaviour.DrippingBody(int millis) -> {
        String whole = http(200, Map.of(), honest(question) + " ".repeat(10_000));
        int body = whole.indexOf("\r\n\r\n") + 4;
        send(out, whole.substring(0, body));
        drip(out, whole.substring(body), millis);
        yield false;
      }
      case Behaviour.EndlessChunks() -> {
        send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        String spaces = " ".repeat(1 << 16);
        while (closed.getCount() > 0) {
          send(out, "10000\r\n" + spaces + "\r\n");
        }
        yield false;
      }
      case Behaviour.Raw(String bytes) -> {
        out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        yield false;
      }
      case Behaviour.Says(int status, Map<String, String> more, String body) ->
          send(out, http(status, more, body));
      case Behaviour.Truncated() -> {
        String whole = http(200, Map.of(), honest(question));
        send(out, whole.substring(0, whole.length() - 8));
        yield false;
      }
      case Behaviour.WrongId() ->
          send(out, http(200, Map.of(), honest(question).replaceAll("\"id\":[0-9]+", "\"id\":77")));
      case Behaviour.Closing() -> false;
    };
  }

  private static boolean send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return true;
  }

  private void drip(OutputStream out, String text, int millis) throws IOException {
    for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
      out.write(one);
      out.flush();
      if (pause(millis)) {
        return;
      }
    }
  }

  /** Whether we were closed meanwhile. */
  private boolean pause(int millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static String http(int status, Map<String, String> headers, String body) {
    StringBuilder whole = new StringBuilder("HTTP/1.1 " + status + " Whatever\r\n");
    headers.forEach((name, value) -> whole.append(name + ": " + value + "\r\n"));
    whole.append("Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n");
    return whole.append(body).toString();
  }

  /** What an honest node answers to this body; to none, as of a GET, an empty list. */
  public String honest(String question) {
    if (question.isEmpty()) {
      return "[]";
    }
    JsonNode node = JSON.readTree(question);
    if (!node.isArray()) {
      return one(node).toString();
    }
    if (node.size() > largestBatch) {
      return "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,"
          + "\"message\":\""
          + aboutBatches.orElse("cannot take " + node.size() + " of them")
          + "\"}}";
    }
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    node.forEach(each -> answers.insert(0, one(each)));
    return answers.toString();
  }

  private ObjectNode one(JsonNode question) {
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("jsonrpc", "2.0").set("id", question.path("id"));
    String method = question.path("method").stringValue();
    try {
      answer.set(
          "result",
          Optional.ofNullable(methods.get(method))
              .orElseThrow(() -> new Refusal(-32601, "the method does not exist"))
              .apply(question.path("params")));
    } catch (Refusal refusal) {
      ObjectNode error = answer.putObject("error");
      error.put("code", refusal.code).put("message", refusal.getMessage());
      refusal.data.ifPresent(data -> error.set("data", data));
    }
    return answer;
  }
}
