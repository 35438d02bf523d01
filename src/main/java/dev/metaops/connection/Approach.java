package dev.metaops.connection;

import dev.metaops.connection.Trail.Taken;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What every way begins with: a name becomes addresses, and one of them takes a connection. */
final class Approach {
  private Approach() {}

  static Optional<Socket> connect(Trail trail, String host, int port) {
    return trail
        .hop(Hop.DNS, () -> resolve(host, trail.deadline()))
        .flatMap(addresses -> trail.hop(Hop.TCP, () -> open(trail, addresses, port)));
  }

  /** On a platform thread: nothing ends a look-up that hangs, and it would hold a carrier. */
  private static Taken<List<InetAddress>> resolve(String host, Deadline deadline)
      throws IOException {
    FutureTask<List<InetAddress>> task =
        new FutureTask<>(() -> Arrays.asList(InetAddress.getAllByName(host)));
    Thread.ofPlatform().daemon().name("dns").start(task);
    try {
      List<InetAddress> found = task.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
      String more = found.size() == 1 ? "" : ", the first of " + found.size();
      return Taken.through(found, found.getFirst().getHostAddress() + more);
    } catch (TimeoutException late) {
      throw new SocketTimeoutException();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new SocketTimeoutException();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof IOException unknown) {
        throw unknown;
      }
      throw new IllegalStateException(failed.getCause());
    }
  }

  /** One address after the other, each with its share of the time that is left. */
  private static Taken<Socket> open(Trail trail, List<InetAddress> addresses, int port)
      throws IOException {
    for (int at = 0; at < addresses.size() - 1; at++) {
      int share = trail.deadline().remainingMillis() / (addresses.size() - at);
      try {
        return opened(trail, addresses.get(at), port, Math.max(1, share));
      } catch (IOException unusable) {
        // The last one's failure is the one to tell.
      }
    }
    try {
      return opened(trail, addresses.getLast(), port, trail.deadline().remainingMillis());
    } catch (IOException failed) {
      if (addresses.stream().allMatch(Inet6Address.class::isInstance) && !isLoopback(addresses)) {
        return Taken.blocked(
            Broken.outcome(failed, trail.deadline().remaining()).seen()
                + ", and it has IPv6 addresses only",
            "give this machine IPv6, or use an address with IPv4 (a pooler's)");
      }
      throw failed;
    }
  }

  private static boolean isLoopback(List<InetAddress> addresses) {
    return addresses.stream().allMatch(InetAddress::isLoopbackAddress);
  }

  private static Taken<Socket> opened(Trail trail, InetAddress address, int port, int millis)
      throws IOException {
    Socket socket = trail.closing(new Socket());
    socket.connect(new InetSocketAddress(address, port), millis);
    socket.setSoTimeout(trail.deadline().remainingMillis());
    socket.setTcpNoDelay(true);
    return Taken.through(socket, "connected to port " + port);
  }
}
