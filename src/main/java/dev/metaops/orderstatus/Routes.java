package dev.metaops.orderstatus;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Optional;

/** Which address answers what over HTTP. */
final class Routes {
  static final String ORDER = "/v1/orders/{id}";
  static final String EVENTS = ORDER + "/events";
  static final HeaderName LAST_EVENT = HeaderNames.create("Last-Event-ID");
  static final String COME_AGAIN = "5";

  private static final String MOST_AGE_OF_A_PERMISSION = "600";

  private final Doors doors;

  Routes(Doors doors) {
    this.doors = doors;
  }

  void addTo(HttpRouting.Builder routing) {
    routing
        .get(ORDER, this::order)
        .get(EVENTS, this::events)
        .options(ORDER, this::permission)
        .options(EVENTS, this::permission)
        .any(ORDER, Routes::onlyRead)
        .any(EVENTS, Routes::onlyRead)
        .any((_, response) ->
            refuse(
                response,
                Status.NOT_FOUND_404,
                "there is nothing here (expected: "
                    + String.join(", ", ORDER, EVENTS, SocketDoor.PATH)
                    + ")"));
  }

  private void order(ServerRequest request, ServerResponse response) {
    allowOrigin(request, response);
    Optional<String> id = id(request);
    if (id.isEmpty()) {
      notAnId(response);
      return;
    }
    Looked looked =
        doors
            .sight()
            .get()
            .map(sight -> sight.orders().look(id.get()))
            .orElse(new Looked.Unknown(Doors.NOT_YET));
    if (looked instanceof Looked.Found(Present present)) {
      answer(request, response, present);
    } else {
      refuse(response, looked);
    }
  }

  private static void answer(ServerRequest request, ServerResponse response, Present present) {
    String tag = "\"" + present.tag() + "\"";
    response
        .header(HeaderNames.ETAG, tag)
        .header(HeaderNames.CACHE_CONTROL, "private, no-cache")
        .header("X-Content-Type-Options", "nosniff");
    boolean isKnown =
        request.headers().first(HeaderNames.IF_NONE_MATCH).filter(tag::equals).isPresent();
    if (isKnown) {
      response.status(Status.NOT_MODIFIED_304).send();
    } else {
      response.header(HeaderNames.CONTENT_TYPE, "application/json").send(Frame.answer(present));
    }
  }

  private void events(ServerRequest request, ServerResponse response) {
    allowOrigin(request, response);
    Optional<String> id = id(request);
    if (id.isEmpty()) {
      notAnId(response);
      return;
    }
    Optional<String> asked =
        request.headers().first(LAST_EVENT).or(() -> request.query().first("after").asOptional());
    Optional<Position> after = asked.flatMap(Position::parse);
    if (asked.isPresent() && after.isEmpty()) {
      refuse(response, Status.BAD_REQUEST_400, "no position of ours (expected: one we gave you)");
      return;
    }
    Optional<Doors.Sight> sight = doors.sight().get();
    if (sight.isEmpty()) {
      refuse(response, new Looked.Unknown(Doors.NOT_YET));
      return;
    }
    Follower follower = new Follower(id.get(), Follower.Transport.SSE, doors.ticker());
    if (!doors.followers().join(follower)) {
      doors.counts().refused();
      comeAgain(response, Doors.NO_ROOM);
      return;
    }
    try {
      follow(sight.get(), follower, after, response);
    } catch (InterruptedException | IOException | RuntimeException gone) {
      throw new CloseConnectionException("the follower is gone", gone);
    } finally {
      doors.followers().leave(follower);
      // Whoever cut it may have woken this thread a moment too late.
      Thread.interrupted();
    }
  }

  private void follow(
      Doors.Sight sight, Follower follower, Optional<Position> after, ServerResponse response)
      throws IOException, InterruptedException {
    var session =
        new Session(follower, sight.orders(), sight.tail(), doors.counts(), doors.ticker());
    Looked looked = session.opened();
    if (!(looked instanceof Looked.Found(Present present))) {
      refuse(response, looked);
      return;
    }
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff")
        // Else nginx keeps events until it has a buffer full.
        .header("X-Accel-Buffering", "no");
    session.run(present, after, new SseWire(response.outputStream()));
  }

  private void permission(ServerRequest request, ServerResponse response) {
    allowOrigin(request, response);
    if (origin(request).filter(doors.origins()::contains).isPresent()) {
      response
          .header("Access-Control-Allow-Methods", "GET")
          .header("Access-Control-Allow-Headers", "Last-Event-ID, If-None-Match, Cache-Control")
          .header("Access-Control-Max-Age", MOST_AGE_OF_A_PERMISSION);
    }
    response.status(Status.NO_CONTENT_204).send();
  }

  private void allowOrigin(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.VARY, "Origin");
    origin(request)
        .filter(doors.origins()::contains)
        .ifPresent(origin ->
            response
                .header("Access-Control-Allow-Origin", origin)
                .header("Access-Control-Expose-Headers", "ETag, Retry-After"));
  }

  private static Optional<String> origin(ServerRequest request) {
    return request.headers().first(HeaderNames.ORIGIN);
  }

  private static Optional<String> id(ServerRequest request) {
    return request.path().pathParameters().first("id").asOptional().filter(Doors::isId);
  }

  private static void notAnId(ServerResponse response) {
    refuse(
        response, Status.BAD_REQUEST_400, "no order id (expected: 1 to 200 printable characters)");
  }

  private static void refuse(ServerResponse response, Looked looked) {
    switch (looked) {
      case Looked.None(String sentence) -> refuse(response, Status.NOT_FOUND_404, sentence);
      case Looked.Unknown(String sentence) -> comeAgain(response, sentence);
      case Looked.Found _ -> throw new IllegalArgumentException("found (expected: a refusal)");
    }
  }

  private static void comeAgain(ServerResponse response, String sentence) {
    response.header(HeaderNames.RETRY_AFTER, COME_AGAIN);
    refuse(response, Status.SERVICE_UNAVAILABLE_503, sentence);
  }

  private static void onlyRead(ServerRequest request, ServerResponse response) {
    response.header(HeaderNames.ALLOW, "GET, OPTIONS");
    refuse(response, Status.METHOD_NOT_ALLOWED_405, "only read (expected: GET, OPTIONS)");
  }

  private static void refuse(ServerResponse response, Status status, String sentence) {
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header("X-Content-Type-Options", "nosniff")
        .send(Frame.refusal(sentence));
  }
}
