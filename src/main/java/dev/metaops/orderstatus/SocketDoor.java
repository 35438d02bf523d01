package dev.metaops.orderstatus;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One WebSocket: refused before it is one where that can be told, and then written to. */
final class SocketDoor implements WsListener {
  static final String PATH = Routes.ORDER + "/socket";

  private static final Pattern ADDRESS =
      Pattern.compile("/v1/orders/([^/]+)/socket", Pattern.DOTALL);
  private static final int GOING_ON_IS_IMPOSSIBLE = 1013;

  private final Doors doors;
  private String id = "";
  private Optional<Position> after = Optional.empty();
  private @Nullable Follower follower;

  SocketDoor(Doors doors) {
    this.doors = doors;
  }

  @Override
  public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
    Optional<String> origin = headers.first(HeaderNames.ORIGIN);
    if (origin.isPresent() && !doors.origins().contains(origin.get())) {
      throw refusal(Status.FORBIDDEN_403, "that origin may not ask");
    }
    Matcher address = ADDRESS.matcher(prologue.uriPath().path());
    if (!address.matches() || !Doors.isId(address.group(1))) {
      throw refusal(Status.BAD_REQUEST_400, "no order id (expected: 1 to 200 characters)");
    }
    id = address.group(1);
    Optional<String> asked = prologue.query().first("after").asOptional();
    after = asked.flatMap(Position::parse);
    if (asked.isPresent() && after.isEmpty()) {
      throw refusal(Status.BAD_REQUEST_400, "no position of ours (expected: one we gave you)");
    }
    if (doors.followers().isFull()) {
      doors.counts().refused();
      throw refusal(Status.SERVICE_UNAVAILABLE_503, Doors.NO_ROOM);
    }
    Looked looked =
        doors
            .sight()
            .get()
            .map(sight -> sight.orders().look(id))
            .orElse(new Looked.Unknown(Doors.NOT_YET));
    return switch (looked) {
      case Looked.Found _ -> Optional.empty();
      case Looked.None(String sentence) -> throw refusal(Status.NOT_FOUND_404, sentence);
      case Looked.Unknown(String sentence) ->
          throw refusal(Status.SERVICE_UNAVAILABLE_503, sentence);
    };
  }

  private static RequestException refusal(Status status, String sentence) {
    return RequestException.builder()
        .type(DirectHandler.EventType.OTHER)
        .status(status)
        .header(HeaderValues.create(HeaderNames.RETRY_AFTER, Routes.COME_AGAIN))
        .message(sentence)
        .build();
  }

  @Override
  public void onOpen(WsSession session) {
    Doors.Sight sight = doors.sight().get().orElseThrow();
    Follower joined = new Follower(id, Follower.Transport.WEBSOCKET, doors.ticker());
    if (!doors.followers().join(joined)) {
      doors.counts().refused();
      session.close(GOING_ON_IS_IMPOSSIBLE, Doors.NO_ROOM);
      return;
    }
    follower = joined;
    Thread.ofVirtual().start(() -> follow(sight, joined, session));
  }

  private void follow(Doors.Sight sight, Follower joined, WsSession session) {
    var told = new Session(joined, sight.orders(), sight.tail(), doors.counts(), doors.ticker());
    try {
      switch (told.opened()) {
        case Looked.Found(Present present) -> told.run(present, after, new WebSocketWire(session));
        case Looked.None(String sentence) -> session.close(Cut.GONE.code(), sentence);
        case Looked.Unknown(String sentence) -> session.close(GOING_ON_IS_IMPOSSIBLE, sentence);
      }
    } catch (IOException | RuntimeException gone) {
      // There is nobody left to tell.
    } catch (InterruptedException cut) {
      Thread.currentThread().interrupt();
    } finally {
      doors.followers().leave(joined);
    }
  }

  @Override
  public void onPing(WsSession session, BufferData buffer) {
    session.pong(buffer);
  }

  @Override
  public void onClose(WsSession session, int status, String reason) {
    left();
  }

  @Override
  public void onError(WsSession session, Throwable failure) {
    left();
  }

  private void left() {
    Follower gone = follower;
    if (gone != null) {
      // Who writes to it leaves, within the time for last words.
      gone.cut(Cut.LEFT);
    }
  }
}
