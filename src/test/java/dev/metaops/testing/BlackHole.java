package dev.metaops.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of loopback that drops whatever comes, as a firewall does: nobody accepts, and the queue
 * of those who wait is full, so that the kernel answers no further connection.
 */
public final class BlackHole implements AutoCloseable {
  private static final int MOST = 64;
  private static final int SOON = 200;

  private final ServerSocket server;
  private final List<Socket> waiting = new ArrayList<>();

  private BlackHole(ServerSocket server) {
    this.server = server;
  }

  public static BlackHole open() {
    try {
      BlackHole hole = new BlackHole(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      hole.fill();
      return hole;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  private void fill() throws IOException {
    for (int tried = 0; tried < MOST; tried++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), SOON);
      } catch (java.net.SocketTimeoutException full) {
        return;
      }
    }
    throw new IOException("the queue took " + MOST + " connections and is not full");
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : waiting) {
      socket.close();
    }
  }
}
