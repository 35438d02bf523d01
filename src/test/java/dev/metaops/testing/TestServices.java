package dev.metaops.testing;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small programs to stop and start. */
public final class TestServices {
  private TestServices() {}

  /** {@code node service.js PORT HOW…}. */
  public static Path script() {
    return TestChain.checkout().resolve("src/test/resources/services/service.js");
  }

  /** Ports nobody listens on at this moment. */
  public static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int at = 0; at < count; at++) {
        held.add(new ServerSocket(0));
      }
      return held.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  /** One that no service is, listening. */
  public static Process stranger(int port, String... words) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("node", script().toString(), Integer.toString(port)));
    command.addAll(List.of(words));
    Process stranger = new ProcessBuilder(command).redirectErrorStream(true).start();
    stranger.inputReader().readLine();
    return stranger;
  }
}
