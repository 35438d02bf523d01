package dev.metaops.canary;

import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/** One {@code GET} after another over a connection that is kept, as a browser does. */
final class HttpAsker implements Asker {
  /** Of an answer, as it travels and as it is once unpacked. */
  static final int MOST_BYTES = 1 << 20;

  private static final int MOST_REDIRECTS = 5;

  private final Watched watched;
  private final Ticker ticker;
  private final HttpClient client;

  HttpAsker(Watched watched, Ticker ticker) {
    this.watched = watched;
    this.ticker = ticker;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(
                watched.url().url().reveal().startsWith("https:")
                    ? HttpClient.Version.HTTP_2
                    : HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public Reply ask(Optional<String> order, Deadline deadline) throws InterruptedException {
    Asking asking = new Asking(ticker.nanos(), Asker.within(watched, deadline));
    Deadline end = deadline.atMost(asking.within());
    Address address = Address.of(watched, order);
    for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
      switch (one(address, asking, end)) {
        case Hop.Ended(Reply reply) -> {
          return reply;
        }
        case Hop.Led(Address next) -> address = next;
      }
    }
    return new Reply.Redirected("more than " + MOST_REDIRECTS + " times");
  }

  /** One question, which may be led on. */
  private record Asking(long begun, Duration within) {}

  /** What one request came to. */
  private sealed interface Hop {
    record Ended(Reply reply) implements Hop {}

    record Led(Address next) implements Hop {}
  }

  private Hop one(Address address, Asking asking, Deadline end) throws InterruptedException {
    Duration left = Duration.ofMillis(end.remainingMillis());
    CompletableFuture<HttpResponse<byte[]>> asked =
        client.sendAsync(
            request(address, left), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      HttpResponse<byte[]> response = asked.get(left.toMillis(), TimeUnit.MILLISECONDS);
      return read(address, response, Duration.ofNanos(ticker.nanos() - asking.begun()));
    } catch (TimeoutException silent) {
      return new Hop.Ended(Asker.silent(watched, asking.within()));
    } catch (ExecutionException broken) {
      return new Hop.Ended(Failures.of(watched, broken.getCause(), asking.within()));
    } finally {
      asked.cancel(true);
    }
  }

  private static HttpRequest request(Address address, Duration within) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.url())
            .timeout(within)
            .header("Accept", "application/json, text/html;q=0.9, */*;q=0.8")
            .header("Accept-Encoding", "gzip")
            .header("User-Agent", "metaops-canary");
    address.authorization().ifPresent(proof -> request.header("Authorization", proof.reveal()));
    return request.build();
  }

  private Hop read(Address address, HttpResponse<byte[]> response, Duration took) {
    int status = response.statusCode();
    if (status == watched.expectStatus()) {
      return new Hop.Ended(body(response, took));
    }
    Optional<String> location = response.headers().firstValue("Location");
    return switch (status) {
      case 301, 302, 303, 307, 308 ->
          location
              .flatMap(address::onTo)
              .<Hop>map(Hop.Led::new)
              .orElseGet(() -> new Hop.Ended(new Reply.Redirected(elsewhere(location))));
      default -> new Hop.Ended(new Reply.Status(status, watched.expectStatus()));
    };
  }

  /** Nothing but the other host is shown. */
  private static String elsewhere(Optional<String> location) {
    try {
      return "to another site, "
          + Spans.clipped(location.map(URI::create).map(Address::host).orElse("nowhere"))
          + ", where it is not followed";
    } catch (IllegalArgumentException unreadable) {
      return "to an address that cannot be read";
    }
  }

  private Reply body(HttpResponse<byte[]> response, Duration took) {
    boolean isPacked =
        response.headers().firstValue("Content-Encoding").filter("gzip"::equals).isPresent();
    try {
      byte[] bytes = isPacked ? unpacked(response.body()) : response.body();
      return bytes.length > MOST_BYTES
          ? new Reply.TooLarge()
          : Shown.read(new String(bytes, StandardCharsets.UTF_8), watched.stateAt(), took);
    } catch (IOException torn) {
      return new Reply.Broken("its gzip cannot be read");
    }
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readNBytes(MOST_BYTES + 1);
    }
  }

  @Override
  public boolean mayTurn() {
    return true;
  }

  @Override
  public void rest(int failed) throws InterruptedException {
    ticker.rest(watched.pace().every());
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
