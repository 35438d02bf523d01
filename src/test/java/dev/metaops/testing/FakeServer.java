package dev.metaops.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Something on a port of loopback that is not what was expected there. */
public final class FakeServer implements AutoCloseable {
  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();

  private FakeServer(String greeting) {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    Thread.ofVirtual().name("fake-server").start(() -> accept(greeting));
  }

  /** Takes connections and whatever is sent, and says nothing, ever. */
  public static FakeServer silent() {
    return new FakeServer("");
  }

  /** Says this to whoever connects, and closes. */
  public static FakeServer saying(String greeting) {
    return new FakeServer(greeting);
  }

  /** A port on which nobody listens. */
  public static int closedPort() {
    try (ServerSocket passing = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return passing.getLocalPort();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  private void accept(String greeting) {
    while (!server.isClosed()) {
      try {
        Socket connection = server.accept();
        connections.add(connection);
        if (!greeting.isEmpty()) {
          connection.getOutputStream().write(greeting.getBytes(StandardCharsets.UTF_8));
          connection.close();
        }
      } catch (IOException stopping) {
        // Either this server is closed, or that client is gone.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
