package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The live page and what it needs: everything comes from this server, nothing of it is a script in
 * the page. Whoever routes a request here has made sure that it may be answered. Thread-safe.
 */
public final class Console implements AutoCloseable {
  /** Where changes come from, by Server-Sent Events. */
  public static final String LIVE = "/live";

  private static final String HTML = "text/html; charset=utf-8";

  /** What a page of ours may load: files of this server. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src"
          + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** Then it connects again, and whoever may not watch any more does not. */
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static final String RETRY = "retry: 2000\n\n";

  private final Supplier<Board> board;
  private final Watch watch;
  private final Ticker ticker;

  /**
   * @param board one look for all who ask within a moment
   * @param said hears what stands in the way, one sentence each
   */
  public Console(Supplier<Board> board, Consumer<String> said, Ticker ticker) {
    this.board = board;
    this.watch = new Watch(board, said, ticker);
    this.ticker = ticker;
  }

  /** What is answered at once, by path. */
  public Map<String, Handler> pages() {
    return Map.of(
        "/",
        (request, response) ->
            send(request, response, Status.OK_200, HTML, Frame.page(LivePage.of(board.get()))),
        "/console/page.css",
        asset("text/css; charset=utf-8", "/console/page.css"),
        "/console/page.js",
        asset("text/javascript; charset=utf-8", "/console/page.js"),
        "/console/icon.svg",
        asset("image/svg+xml", "/console/icon.svg"),
        "/console/htmx.js",
        asset(
            "text/javascript; charset=utf-8",
            "/META-INF/resources/webjars/htmx.org/2.0.10/dist/htmx.min.js"),
        "/console/sse.js",
        asset(
            "text/javascript; charset=utf-8",
            "/META-INF/resources/webjars/htmx-ext-sse/2.2.2/sse.js"));
  }

  private static Handler asset(String type, String resource) {
    return (request, response) -> send(request, response, Status.OK_200, type, text(resource));
  }

  private static String text(String resource) throws IOException {
    try (var stream = Console.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(resource + " is not in this build");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** That a token is needed, for a person with a browser. */
  public void refuse(ServerRequest request, ServerResponse response, String why) {
    send(request, response, Status.UNAUTHORIZED_401, HTML, Frame.refused(why));
  }

  /** Sends what changes for as long as somebody reads, ten minutes at most. */
  public void live(ServerRequest request, ServerResponse response) {
    if (request.prologue().method().equals(Method.HEAD)) {
      send(request, response, Status.OK_200, "text/event-stream", "");
      return;
    }
    Optional<Watch.Watcher> joined = watch.join();
    if (joined.isEmpty()) {
      response.header(HeaderNames.RETRY_AFTER, "10");
      send(
          request,
          response,
          Status.SERVICE_UNAVAILABLE_503,
          "text/plain; charset=utf-8",
          Watch.MOST_WATCHERS + " watch already (close a page)\n");
      return;
    }
    headers(response.status(Status.OK_200), "text/event-stream");
    // A proxy that collects an answer before it passes it on would hold the page up.
    response.header("X-Accel-Buffering", "no");
    try (Watch.Watcher watcher = joined.get();
        OutputStream out = response.outputStream()) {
      send(watcher, out);
    } catch (IOException | UncheckedIOException gone) {
      // Nobody reads any more.
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(Watch.Watcher watcher, OutputStream out)
      throws IOException, InterruptedException {
    out.write(RETRY.getBytes(StandardCharsets.UTF_8));
    out.flush();
    Deadline end = Deadline.in(LONGEST, ticker);
    while (!end.hasPassed()) {
      out.write(watcher.next().getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  private static void send(
      ServerRequest request, ServerResponse response, Status status, String type, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    headers(response.status(status), type);
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length));
      response.send();
    } else {
      response.send(bytes);
    }
  }

  private static void headers(ServerResponse response, String type) {
    response
        .header(HeaderNames.CONTENT_TYPE, type)
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("Content-Security-Policy", POLICY)
        .header("Referrer-Policy", "no-referrer")
        .header("X-Content-Type-Options", "nosniff");
  }

  @Override
  public void close() {
    watch.close();
  }
}
