package dev.metaops.connection;

import dev.metaops.config.Endpoint;
import dev.metaops.connection.Trail.Taken;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A node's WebSocket: whether it opens, is of the right chain, takes a subscription to new heads,
 * and one comes. All over the one connection whose hops are timed.
 *
 * @param expected the chain it has to be of; empty when nobody said
 */
public record HeadsTarget(Endpoint endpoint, Optional<Long> expected, Roots roots, Ticker ticker)
    implements Target {
  private static final String CHAIN_ID =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}";
  private static final String SUBSCRIBE =
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"eth_subscribe\",\"params\":[\"newHeads\"]}";
  private static final String CHECK_URL = "check that RPC_WS_URL is a node's WebSocket";

  @Override
  public String subject() {
    return "web socket";
  }

  @Override
  public String place() {
    return endpoint.place();
  }

  @Override
  public void walk(Trail trail) {
    URI url = URI.create(endpoint.url().reveal());
    Approach.connect(trail, endpoint.host(), endpoint.port())
        .flatMap(socket -> encrypted(trail, url, socket))
        .flatMap(socket -> trail.hop(Hop.HANDSHAKE, () -> opened(url, socket)))
        .flatMap(line -> trail.hop(Hop.REQUEST, () -> rightChain(line)))
        .flatMap(line -> trail.hop(Hop.SUBSCRIPTION, () -> subscribed(line)))
        .ifPresent(line -> trail.hop(Hop.FIRST_HEAD, () -> head(line, trail)));
  }

  private Optional<Socket> encrypted(Trail trail, URI url, Socket socket) {
    return "wss".equals(url.getScheme())
        ? trail.hop(
            Hop.TLS,
            () -> new Tls(roots, ticker).shake(socket, endpoint.host(), Demand.ISSUER_AND_NAME))
        : Optional.of(socket);
  }

  private static Taken<WebSocketLine> opened(URI url, Socket socket) throws IOException {
    return switch (WebSocketLine.open(socket, url)) {
      case WebSocketLine.Opening.Open(WebSocketLine line) -> Taken.through(line, "opened");
      case WebSocketLine.Opening.Refused(int status) ->
          switch (status) {
            case 401, 403 ->
                Taken.blocked(
                    "key refused, HTTP " + status,
                    "check the API key in RPC_WS_URL: metaops config show");
            case 429 ->
                Taken.blocked("quota used up, HTTP 429", "raise the plan, or use another provider");
            default ->
                Taken.blocked("it answered HTTP " + status + " instead of a WebSocket", CHECK_URL);
          };
      case WebSocketLine.Opening.Garbage(String why) -> Taken.blocked(why, CHECK_URL);
    };
  }

  private Taken<WebSocketLine> rightChain(WebSocketLine line) throws IOException {
    line.send(CHAIN_ID);
    JsonNode answer = answer(line, 1);
    Optional<Long> got = Json.text(answer.path("result")).flatMap(HeadsTarget::number);
    if (got.isEmpty()) {
      return refused("eth_chainId", answer);
    }
    return expected.isPresent() && !expected.equals(got)
        ? Taken.blocked(
            "wrong chain, its id is " + got.get() + " (expected: " + expected.get() + ")",
            "correct RPC_WS_URL: metaops config show")
        : Taken.through(line, "chain " + got.get());
  }

  private Taken<WebSocketLine> subscribed(WebSocketLine line) throws IOException {
    line.send(SUBSCRIBE);
    JsonNode answer = answer(line, 2);
    return answer.path("result").isString()
        ? Taken.through(line, "eth_subscribe newHeads answered")
        : refused("eth_subscribe newHeads", answer);
  }

  private Taken<Boolean> head(WebSocketLine line, Trail trail) throws IOException {
    long start = ticker.nanos();
    try {
      while (true) {
        line.waitAtMost(trail.deadline().remainingMillis());
        JsonNode message = read(line);
        JsonNode number = message.path("params").path("result").path("number");
        if (message.path("method").isString()) {
          return Taken.through(
              true,
              Json.text(number)
                  .flatMap(HeadsTarget::number)
                  .map(block -> "block " + block)
                  .orElse("a head without a number"));
        }
      }
    } catch (SocketTimeoutException quiet) {
      return new Taken.Through<>(
          false,
          new Outcome.Warned(
              "subscribed, no head within "
                  + Broken.brief(Duration.ofNanos(ticker.nanos() - start)),
              "a chain of slow blocks? look longer with --timeout 30s; else hints do not come"));
    }
  }

  /** The answer to this question; heads that come before it are passed over. */
  private static JsonNode answer(WebSocketLine line, int id) throws IOException {
    while (true) {
      JsonNode message = read(line);
      if (!message.path("method").isString() && message.path("id").asInt(id) == id) {
        return message;
      }
    }
  }

  private static JsonNode read(WebSocketLine line) throws IOException {
    return Json.read(line.read()).orElseThrow(() -> new ProtocolException("not JSON"));
  }

  private Taken<WebSocketLine> refused(String what, JsonNode answer) {
    String said =
        Json.text(answer.path("error").path("message"))
            .map(message -> withoutSecret(Broken.clipped(message)))
            .orElse("an answer without a result");
    return Taken.blocked(what + " refused: " + said, CHECK_URL);
  }

  /** A node may say the key back to us. */
  private String withoutSecret(String foreign) {
    String clean = foreign;
    for (String part : endpoint.url().reveal().split("[/?&=@:]+", -1)) {
      if (part.length() >= 8 && !part.equals(endpoint.host())) {
        clean = clean.replace(part, "‹hidden›");
      }
    }
    return clean;
  }

  private static Optional<Long> number(String hex) {
    return hex.matches("0x[0-9a-fA-F]{1,15}")
        ? Optional.of(Long.parseLong(hex.substring(2), 16))
        : Optional.empty();
  }
}
