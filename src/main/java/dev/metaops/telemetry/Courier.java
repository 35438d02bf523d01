package dev.metaops.telemetry;

import dev.metaops.time.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Carries one request to a receiver, to the end of a deadline however slow that is. What was
 * answered beside the status is not read. Thread-safe.
 */
final class Courier implements AutoCloseable {
  private static final Duration MOST_FOR_CONNECTING = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE_ASKED_FOR = Duration.ofMinutes(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(MOST_FOR_CONNECTING)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /** What became of it. Reasons are half a sentence, without a secret. */
  sealed interface Delivery {
    record Taken() implements Delivery {}

    /**
     * It may be taken another time.
     *
     * @param after how long not to come again, when the receiver said so; 5 minutes at most
     */
    record NotNow(String why, Optional<Duration> after) implements Delivery {}

    /** It will never be taken. */
    record Refused(int status, String why) implements Delivery {}
  }

  /**
   * @throws InterruptedException when told to stop; whether it was taken is not known then
   */
  Delivery post(URI to, Map<String, String> headers, byte[] body, Deadline deadline)
      throws InterruptedException {
    HttpRequest request;
    try {
      request = request(to, headers, body, deadline);
    } catch (IllegalArgumentException unsendable) {
      return new Delivery.Refused(0, "its address or a header of it cannot be sent as it is");
    }
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    try {
      return delivery(answer.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException late) {
      return notNow("no answer in time");
    } catch (ExecutionException failed) {
      return notNow(words(Objects.requireNonNullElse(failed.getCause(), failed)));
    } finally {
      answer.cancel(true);
    }
  }

  private static HttpRequest request(
      URI to, Map<String, String> headers, byte[] body, Deadline deadline) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(Duration.ofMillis(deadline.remainingMillis()))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return request.build();
  }

  private static Delivery delivery(HttpResponse<Void> answer) {
    int status = answer.statusCode();
    String why = "it answers " + status;
    if (status / 100 == 2) {
      return new Delivery.Taken();
    }
    return status == 408 || status == 429 || status >= 500
        ? new Delivery.NotNow(why, retryAfter(answer))
        : new Delivery.Refused(status, why);
  }

  /** In seconds; a date is left to our own pauses. */
  private static Optional<Duration> retryAfter(HttpResponse<Void> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)))
        .map(asked ->
            asked.compareTo(LONGEST_PAUSE_ASKED_FOR) < 0 ? asked : LONGEST_PAUSE_ASKED_FOR);
  }

  private static Delivery notNow(String why) {
    return new Delivery.NotNow(why, Optional.empty());
  }

  private static String words(Throwable cause) {
    return switch (cause) {
      case java.net.http.HttpTimeoutException _ -> "no answer in time";
      case java.net.ConnectException _ -> "it cannot be reached";
      case javax.net.ssl.SSLException _ -> "its certificate is not accepted";
      case IOException _ -> "the connection broke";
      default -> cause.getClass().getSimpleName();
    };
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
