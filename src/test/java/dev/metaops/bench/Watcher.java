package dev.metaops.bench;

import dev.metaops.testing.StatusClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One client with one order, and all it heard across its connections. */
final class Watcher {
  private static final int MOST_TRIES = 20;

  /**
   * One move.
   *
   * @param live whether its connection stood when it was committed, as far as the client can tell
   */
  record Heard(long id, long nanos, long connectedSince) {}

  private final URI server;
  private final String order;
  private final StatusClient.Way way;
  private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
  private volatile Optional<String> position = Optional.empty();
  private volatile int resets;
  private volatile int cuts;
  private volatile long base;
  private @Nullable StatusClient client;

  Watcher(URI server, String order, StatusClient.Way way) {
    this.server = server;
    this.order = order;
    this.way = way;
  }

  /** From its last position, where it has one. */
  void follow() throws IOException, InterruptedException {
    for (int tried = 1; ; tried++) {
      long since = System.nanoTime();
      StatusClient opened =
          StatusClient.follow(server, order, way, position, event -> hear(event, since));
      if (opened.status() == 200 || opened.status() == 101) {
        client = opened;
        return;
      }
      if (tried == MOST_TRIES) {
        throw new IOException(order + " is answered with " + opened.status());
      }
      Thread.sleep(500);
    }
  }

  private void hear(StatusClient.Heard event, long since) {
    if (!event.position().isEmpty()) {
      position = Optional.of(event.position());
    }
    switch (event.event()) {
      case "state" -> base = id(event);
      case "move" -> heard.add(new Heard(id(event), event.nanos(), since));
      case "reset" -> resets = resets + 1;
      default -> {}
    }
  }

  static long id(StatusClient.Heard event) {
    return Long.parseLong(event.position().replaceFirst(".*-", ""));
  }

  void cut() {
    cuts = cuts + 1;
    leave();
  }

  void leave() {
    StatusClient open = client;
    if (open != null) {
      open.close();
    }
  }

  List<Heard> heard() {
    return List.copyOf(heard);
  }

  /** What had happened before it came. */
  long base() {
    return base;
  }

  int resets() {
    return resets;
  }

  int cuts() {
    return cuts;
  }
}
