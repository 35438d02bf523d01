package dev.metaops.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;

/** A port on loopback that speaks TLS and leads to another that does not. */
public final class TlsFront implements AutoCloseable {
  /** What comes before TLS. */
  public enum Before {
    NOTHING,
    /** PostgreSQL's SSLRequest. */
    SSL_REQUEST
  }

  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  public TlsFront(TestCertificate certificate, int target, Before before) {
    try {
      server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    Thread.ofPlatform().daemon().start(() -> accept(certificate, target, before));
  }

  public int port() {
    return server.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept(TestCertificate certificate, int target, Before before) {
    try {
      while (true) {
        Socket near = server.accept();
        sockets.add(near);
        Thread.ofPlatform().daemon().start(() -> serve(near, certificate, target, before));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket near, TestCertificate certificate, int target, Before before) {
    try {
      if (before == Before.SSL_REQUEST) {
        near.getInputStream().readNBytes(8);
        near.getOutputStream().write('S');
      }
      SSLSocket secure =
          (SSLSocket) certificate.server().getSocketFactory().createSocket(near, "client", 0, true);
      secure.setUseClientMode(false);
      secure.startHandshake();
      Socket far = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
      sockets.add(far);
      Thread.ofPlatform().daemon().start(() -> carry(far, secure));
      carry(secure, far);
    } catch (IOException gone) {
      sockets.remove(near);
    }
  }

  private static void carry(Socket from, Socket to) {
    byte[] bytes = new byte[1 << 14];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        out.write(bytes, 0, read);
        out.flush();
      }
    } catch (IOException gone) {
      // One end is closed, and so is the other now.
    }
  }
}
