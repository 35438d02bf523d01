package dev.metaops.orderstatus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.store.Database;
import dev.metaops.testing.SettableTicker;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One client's time, without a database. */
class SessionTest {
  private final SettableTicker time = new SettableTicker();
  private final Follower follower = new Follower("o-1", Follower.Transport.WEBSOCKET, time);
  private final List<String> written = new ArrayList<>();

  /** Else a WebSocket that answers no ping for a minute counts as gone. */
  @Test
  void anOrderThatMovesAllTheTimeIsBeatenForToo() throws Exception {
    var nowhere =
        new Database(DatabaseUrl.of("postgres://nobody:x@127.0.0.1:1/nowhere"), "test", time);
    try (var orders = new Orders(nowhere, _ -> {}, time)) {
      var tail = new Tail(nowhere, new Followers(1), _ -> {}, time);
      var session = new Session(follower, orders, tail, new Counts(), time);
      Instant now = time.now();
      var present =
          new Present("o-1", "CREATED", now, Optional.empty(), now, new Position("00000000", 1, 1));
      session.run(present, Optional.empty(), new MovesOn());
    }
    assertThat(written)
        .containsSequence("beat", "move", "move", "move", "beat", "move", "move", "move");
  }

  /** Its order moves 5 s after whatever is written. */
  private final class MovesOn implements Wire {
    private long id = 1;

    @Override
    public void send(Frame frame) {
      written.add(frame.event());
      time.advance(Duration.ofSeconds(5));
      if (id == 12) {
        follower.cut(Cut.LEFT);
      }
      id++;
      follower.tell(
          new Told.Moved(
              new Move("o-1", Optional.of("A"), Optional.of("B"), Instant.EPOCH, id, id)));
    }

    @Override
    public void beat() {
      written.add("beat");
    }

    @Override
    public void end(Cut why) {
      written.add("end");
    }
  }
}
