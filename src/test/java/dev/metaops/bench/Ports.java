package dev.metaops.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.SplittableRandom;

/**
 * Free ports of this machine below those the kernel hands out, so that nobody gets them meanwhile.
 */
final class Ports {
  private static final SplittableRandom RANDOM = new SplittableRandom();

  private Ports() {}

  static int free() {
    while (true) {
      int port = RANDOM.nextInt(20_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (IOException taken) {
        // Another, then.
      }
    }
  }
}
