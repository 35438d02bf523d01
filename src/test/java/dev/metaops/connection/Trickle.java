package dev.metaops.connection;

import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Sends a beginning, and then one byte after the other for ever. */
final class Trickle implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private volatile boolean closed;

  Trickle(byte[] beginning, byte one) throws IOException {
    Thread.ofVirtual()
        .start(() -> {
          while (!closed) {
            try {
              Socket socket = server.accept();
              Thread.ofVirtual().start(() -> drip(socket, beginning, one));
            } catch (IOException over) {
              return;
            }
          }
        });
  }

  int port() {
    return server.getLocalPort();
  }

  private void drip(Socket socket, byte[] beginning, byte one) {
    try (socket) {
      socket.getOutputStream().write(beginning);
      while (!closed) {
        socket.getOutputStream().write(one);
        SystemTicker.SYSTEM.rest(Duration.ofMillis(20));
      }
    } catch (IOException gone) {
      // The client had enough.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
  }
}
