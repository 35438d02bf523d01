package dev.metaops.testing;

import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port on loopback that leads to another, until it swallows everything without a word, or lets
 * through a byte at a time.
 */
public final class Tunnel implements AutoCloseable {
  private final ServerSocket server;
  private volatile int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private static final Duration A_BYTE = Duration.ofMillis(40);

  private volatile boolean swallowing;
  private volatile boolean dripping;
  private final AtomicInteger tables = new AtomicInteger();
  private volatile Duration delay = Duration.ZERO;

  public Tunnel(int target) {
    this(target, 0);
  }

  /** Begins at this port. */
  public Tunnel(int target, int port) {
    this.target = target;
    try {
      server = new ServerSocket(port, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    Thread.ofPlatform().daemon().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** From now on nothing comes through, in open connections too, and nothing is closed. */
  public void swallow() {
    swallowing = true;
  }

  /** From now on everything comes through, 25 bytes a second. */
  public Tunnel drip() {
    dripping = true;
    return this;
  }

  /** From now on everything comes through so much later, one way and the other. */
  public Tunnel late(Duration by) {
    delay = by;
    return this;
  }

  /** As a firewall that lost its table: open connections are swallowed, new ones come through. */
  public void forget() {
    tables.incrementAndGet();
  }

  /** New connections lead there instead. */
  public void leadTo(int port) {
    target = port;
  }

  /** New connections come through again. */
  public void lead() {
    swallowing = false;
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        sockets.add(near);
        join(near);
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void join(Socket near) throws IOException {
    try {
      Socket far = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), target);
      sockets.add(far);
      boolean dead = swallowing;
      int table = tables.get();
      Thread.ofPlatform().daemon().start(() -> carry(near, far, dead, table));
      Thread.ofPlatform().daemon().start(() -> carry(far, near, dead, table));
    } catch (ConnectException nobodyThere) {
      near.close();
    }
  }

  private void pass(OutputStream out, byte[] bytes, int length) throws IOException {
    int piece = dripping ? 1 : length;
    pause(delay);
    for (int at = 0; at < length; at += piece) {
      out.write(bytes, at, piece);
      out.flush();
      if (dripping) {
        pause(A_BYTE);
      }
    }
  }

  private static void pause(Duration time) throws InterruptedIOException {
    try {
      SystemTicker.SYSTEM.rest(time);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("stopping");
    }
  }

  private void carry(Socket from, Socket to, boolean dead, int table) {
    byte[] bytes = new byte[1 << 14];
    boolean lost = dead;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
        lost = lost || swallowing || tables.get() != table;
        if (!lost) {
          pass(out, bytes, read);
        }
      }
      if (!lost) {
        to.close();
      }
    } catch (IOException closed) {
      sockets.remove(from);
    }
  }
}
