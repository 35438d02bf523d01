package dev.metaops.rpc;

import dev.metaops.time.Ticker;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One WebSocket with one subscription to new heads, from its opening to its end. */
final class HeadsSocket implements WebSocket.Listener {
  /** A header is below 2 KB; a node that sends more in one message has lost its mind. */
  private static final int MAX_MESSAGE = 1 << 20;

  private static final String SUBSCRIBE =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Endpoint endpoint;
  private final Ticker ticker;
  private final Runnable somethingNew;
  private final CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
  private final CompletableFuture<RpcFailure> end = new CompletableFuture<>();
  private final StringBuilder message = new StringBuilder();
  private volatile CompletableFuture<WebSocket> socket = new CompletableFuture<>();
  private volatile long lastNanos;
  private volatile boolean heardHeads;
  private volatile boolean givenUp;

  HeadsSocket(Endpoint endpoint, Ticker ticker, Runnable somethingNew) {
    this.endpoint = endpoint;
    this.ticker = ticker;
    this.somethingNew = somethingNew;
    this.lastNanos = ticker.nanos();
  }

  /** Connects and subscribes; says why not when it cannot within this time. */
  Optional<RpcFailure> open(HttpClient client, Duration within) throws InterruptedException {
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(within);
    endpoint.authorization().ifPresent(proof -> builder.header("Authorization", proof));
    socket = builder.buildAsync(withoutUser(endpoint.url()), this);
    CompletableFuture<?> ready =
        socket
            .thenCompose(open -> open.sendText(SUBSCRIBE, true))
            .thenCompose(_ -> CompletableFuture.anyOf(subscribed, end));
    try {
      ready.get(within.toNanos(), TimeUnit.NANOSECONDS);
      return Optional.ofNullable(end.getNow(null));
    } catch (TimeoutException late) {
      return Optional.of(new RpcFailure.NoAnswer(within));
    } catch (ExecutionException broken) {
      return Optional.of(name(broken.getCause()));
    }
  }

  /** Waits this long for the connection to end, and says why when it did. */
  Optional<RpcFailure> awaitEnd(Duration atMost) throws InterruptedException {
    try {
      return Optional.of(end.get(atMost.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException stillOpen) {
      return Optional.empty();
    } catch (ExecutionException broken) {
      throw new IllegalStateException("following " + endpoint, broken.getCause());
    }
  }

  /** Asks whether the other side lives. A ping that cannot be sent shows as silence. */
  void ping() {
    var _ = socket.thenCompose(open -> open.sendPing(NOTHING.duplicate()));
  }

  /** How long nothing came. */
  Duration silence() {
    return Duration.ofNanos(ticker.nanos() - lastNanos);
  }

  boolean hasHeardHeads() {
    return heardHeads;
  }

  /** Ends it, also when it is still being opened. */
  void abort() {
    givenUp = true;
    var _ = socket.thenAccept(WebSocket::abort);
  }

  @Override
  public void onOpen(WebSocket open) {
    if (givenUp) {
      open.abort();
    } else {
      open.request(1);
    }
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket open, CharSequence part, boolean last) {
    heard();
    if (message.length() + part.length() > MAX_MESSAGE) {
      end.complete(RpcFailure.TooLarge.than(MAX_MESSAGE));
      open.abort();
      return null;
    }
    message.append(part);
    if (last) {
      read(message.toString());
      message.setLength(0);
    }
    open.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket open, ByteBuffer sent) {
    heard();
    open.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket open, int status, String reason) {
    end.complete(
        new RpcFailure.Unreachable(
            "it closed the connection, " + status + " " + endpoint.redact(reason)));
    return null;
  }

  @Override
  public void onError(WebSocket open, Throwable broken) {
    end.complete(name(broken));
  }

  private void heard() {
    lastNanos = ticker.nanos();
  }

  private void read(String text) {
    try {
      JsonNode said = Json.read(text.getBytes(StandardCharsets.UTF_8));
      JsonNode error = said.path("error");
      if (error.isObject()) {
        end.complete(ErrorTexts.name(error, endpoint));
      } else if (said.path("method").isString()) {
        heardHeads = true;
        somethingNew.run();
      } else if (said.path("result").isString()) {
        subscribed.complete(true);
        somethingNew.run();
      } else {
        end.complete(new RpcFailure.Garbage("a message that is no head"));
      }
    } catch (JacksonException broken) {
      end.complete(
          new RpcFailure.Garbage("not JSON: " + endpoint.redact(broken.getOriginalMessage())));
    }
  }

  private static RpcFailure name(@Nullable Throwable broken) {
    return switch (broken) {
      case WebSocketHandshakeException refused -> refused(refused.getResponse().statusCode());
      case SSLException tls -> new RpcFailure.Tls(Optional.ofNullable(tls.getMessage()).orElse(""));
      case HttpTimeoutException _ ->
          new RpcFailure.Unreachable("no connection within the time allowed");
      case ConnectException _ -> new RpcFailure.Unreachable("connection refused");
      case null, default -> new RpcFailure.Unreachable("the connection broke");
    };
  }

  private static RpcFailure refused(int status) {
    String what = "it answered HTTP " + status + " instead of a WebSocket";
    return switch (status) {
      case 401, 403 -> new RpcFailure.KeyRefused(what);
      case 429 -> new RpcFailure.Quota(what, Optional.empty());
      default -> status >= 500 ? new RpcFailure.Unreachable(what) : new RpcFailure.Garbage(what);
    };
  }

  /** The client refuses a URL with a user in it. */
  private static URI withoutUser(URI url) {
    String whole = url.toString();
    String user = url.getRawUserInfo();
    return user == null ? url : URI.create(whole.replace("//" + user + "@", "//"));
  }
}
