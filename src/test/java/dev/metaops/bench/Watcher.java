package dev.metaops.bench;

import dev.metaops.testing.StatusClient;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One client with one order, and all it heard across its connections. */
final class Watcher {
  private static final int MOST_TRIES = 20;

  /**
   * One move.
   *
   * @param nanos when it was here
   * @param connectedSince when its connection was begun
   */
  record Heard(long id, long nanos, long connectedSince) {}

  private final URI server;
  private final String order;
  private final StatusClient.Way way;
  private final List<Heard> heard = Collections.synchronizedList(new ArrayList<>());
  private volatile Optional<String> position = Optional.empty();
  private final AtomicInteger resets = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();
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
      case "move" -> heard.add(new Heard(id(event), event.nanos(), since));
      case "reset" -> resets.incrementAndGet();
      default -> {}
    }
  }

  private static long id(StatusClient.Heard event) {
    return Long.parseLong(event.position().replaceFirst(".*-", ""));
  }

  void cut() {
    cuts.incrementAndGet();
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

  int resets() {
    return resets.get();
  }

  int cuts() {
    return cuts.get();
  }
}
