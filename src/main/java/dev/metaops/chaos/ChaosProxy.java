package dev.metaops.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.Transport;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A node with faults, on a port of loopback: JSON-RPC by POST, {@code /chaos} to see and switch
 * what is on, and a WebSocket passed through. Each connection has a virtual thread of its own.
 */
public final class ChaosProxy implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 1_000;

  /** The longest a question is waited for, and a connection that hangs or idles is held. */
  private static final Duration MOST = Duration.ofMinutes(10);

  private static final Duration UPSTREAM = Duration.ofSeconds(60);

  private final Chaos chaos;
  private final Optional<Endpoint> webSocket;
  private final Ticker ticker;
  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  private ChaosProxy(
      Chaos chaos, Optional<Endpoint> webSocket, Ticker ticker, ServerSocket server) {
    this.chaos = chaos;
    this.webSocket = webSocket;
    this.ticker = ticker;
    this.server = server;
  }

  /**
   * Listens from now on.
   *
   * @param port 0 for any free one
   * @param webSocket where the honest node's WebSocket is
   * @throws IOException when the port cannot be had
   */
  public static ChaosProxy open(Chaos chaos, Optional<Endpoint> webSocket, int port, Ticker ticker)
      throws IOException {
    ServerSocket server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
    ChaosProxy proxy = new ChaosProxy(chaos, webSocket, ticker, server);
    Thread.ofVirtual().name("chaos").start(proxy::accept);
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Closes the port and every connection. Idempotent. */
  @Override
  public void close() {
    closeQuietly(server);
    connections.forEach(ChaosProxy::closeQuietly);
  }

  private static void closeQuietly(Closeable open) {
    try {
      open.close();
    } catch (IOException gone) {
      // Closed is closed.
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        if (connections.size() >= MOST_CONNECTIONS) {
          closeQuietly(connection);
        } else {
          connections.add(connection);
          Thread.ofVirtual().name("chaos/connection").start(() -> serve(connection));
        }
      } catch (IOException stopping) {
        // Either this server is closed, or that client is gone.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      connection.setSoTimeout((int) MOST.toMillis());
      InputStream in = new BufferedInputStream(connection.getInputStream());
      boolean more = true;
      while (more) {
        Optional<HttpAsked> asked = HttpAsked.read(in);
        more = asked.isPresent() && serve(asked.get(), connection, in);
      }
    } catch (IOException gone) {
      // They see the end of their connection.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } finally {
      connections.remove(connection);
    }
  }

  /** Whether the connection goes on. */
  private boolean serve(HttpAsked asked, Socket connection, InputStream in)
      throws IOException, InterruptedException {
    OutputStream out = connection.getOutputStream();
    if (asked.isWebSocket()) {
      if (webSocket.isEmpty()) {
        send(out, 404, "no WebSocket behind this proxy\n");
      } else {
        new HeadsTunnel(chaos, webSocket.get()).run(asked, connection, in);
      }
      return false;
    }
    if (asked.isControl()) {
      Control.Said said = Control.answer(asked, chaos);
      send(out, said.status(), said.json());
      return asked.keepsAlive();
    }
    if (!asked.method().equals("POST")) {
      send(out, 405, "JSON-RPC by POST; GET or POST /chaos for the faults\n");
      return asked.keepsAlive();
    }
    Delivery delivery = chaos.answer(asked.body(), Deadline.in(UPSTREAM, ticker));
    return deliver(delivery, connection, in) && asked.keepsAlive();
  }

  private boolean deliver(Delivery delivery, Socket connection, InputStream in)
      throws IOException, InterruptedException {
    OutputStream out = connection.getOutputStream();
    return switch (delivery) {
      case Delivery.Comes(Transport.Outcome outcome, Duration late) -> {
        if (!late.isZero()) {
          ticker.rest(late);
        }
        switch (outcome) {
          case Transport.Outcome.Replied(int status, Optional<Duration> pause, byte[] body) ->
              send(out, status, pause, body.length, body);
          case Transport.Outcome.Failed(RpcFailure failure) ->
              send(out, 502, "the node behind: " + failure.sentence() + "\n");
        }
        yield true;
      }
      case Delivery.CutShort(byte[] body) -> {
        byte[] half = java.util.Arrays.copyOf(body, body.length / 2);
        send(out, 200, Optional.empty(), body.length, half);
        yield false;
      }
      case Delivery.Nothing() -> {
        while (in.read() >= 0) {
          // Held until they give up.
        }
        yield false;
      }
      case Delivery.Reset() -> {
        connection.setSoLinger(true, 0);
        yield false;
      }
    };
  }

  private static void send(OutputStream out, int status, String text) throws IOException {
    byte[] body = text.getBytes(UTF_8);
    send(out, status, Optional.empty(), body.length, body);
  }

  private static void send(
      OutputStream out, int status, Optional<Duration> retryAfter, int length, byte[] body)
      throws IOException {
    String head =
        "HTTP/1.1 "
            + status
            + " Whatever\r\nContent-Type: application/json\r\n"
            + retryAfter.map(pause -> "Retry-After: " + pause.toSeconds() + "\r\n").orElse("")
            + "Content-Length: "
            + length
            + "\r\n\r\n";
    byte[] start = head.getBytes(UTF_8);
    byte[] whole = java.util.Arrays.copyOf(start, start.length + body.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    out.write(whole);
    out.flush();
  }
}
