package dev.metaops.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/** One front end as they are today: it asks every two seconds. */
final class Poller {
  private static final long BETWEEN_MILLIS = 2_000;

  private record Seen(long id, long nanos) {}

  private final HttpClient http;
  private final URI order;
  private final List<Seen> seen = new ArrayList<>();

  Poller(HttpClient http, URI order) {
    this.http = http;
    this.order = order;
  }

  void poll(long firstAfterMillis, AtomicBoolean over) {
    try {
      Thread.sleep(firstAfterMillis);
      while (!over.get()) {
        String position = FrontendBench.position(order, http);
        if (!position.isEmpty()) {
          seen.add(new Seen(Long.parseLong(position.replaceFirst(".*-", "")), System.nanoTime()));
        }
        Thread.sleep(BETWEEN_MILLIS);
      }
    } catch (IOException | InterruptedException failed) {
      System.out.println("a poller gave up: " + failed);
    }
  }

  /** When it first saw this move as the latest, before the one after it; once it is over. */
  OptionalLong firstBetween(long id, long next) {
    return seen.stream()
        .filter(one -> one.id() >= id && one.id() < next)
        .mapToLong(Seen::nanos)
        .findFirst();
  }
}
