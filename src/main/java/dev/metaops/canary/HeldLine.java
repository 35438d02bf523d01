package dev.metaops.canary;

import dev.metaops.time.Ticker;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One WebSocket from its opening to its end, and what it said last. Thread-safe. */
final class HeldLine implements WebSocket.Listener {
  private static final int ABNORMAL = 1006;
  private static final int TOO_LARGE = 1009;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Optional<String> pointer;
  private final Ticker ticker;
  private final CompletableFuture<Drop> end = new CompletableFuture<>();
  private final CompletableFuture<Boolean> told = new CompletableFuture<>();
  private final StringBuilder message = new StringBuilder();
  private volatile CompletableFuture<Boolean> pong = new CompletableFuture<>();
  private volatile Optional<String> state = Optional.empty();
  private volatile boolean babbled;
  private volatile long openedNanos;
  private volatile boolean leaving;

  /**
   * @param pointer where a message says the order's state; messages that do not are passed over
   */
  HeldLine(Optional<String> pointer, Ticker ticker) {
    this.pointer = pointer;
    this.ticker = ticker;
    this.openedNanos = ticker.nanos();
  }

  /** Done once it ended and nobody here ended it. */
  CompletableFuture<Drop> end() {
    return end;
  }

  /** Done once a message said a state. */
  CompletableFuture<Boolean> told() {
    return told;
  }

  Duration held() {
    return Duration.ofNanos(ticker.nanos() - openedNanos);
  }

  /** What was said last, as an answer that took so long. */
  Reply said(Duration took) {
    return state.isEmpty() && babbled ? new Reply.NotJson() : new Reply.Answered(took, state);
  }

  /** Done when the other side answers. */
  CompletableFuture<Boolean> ping(WebSocket socket) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    pong = answer;
    var _ = socket.sendPing(NOTHING.duplicate());
    return answer;
  }

  /** From now on its end is ours. */
  void leave(WebSocket socket) {
    leaving = true;
    if (!socket.isOutputClosed()) {
      var _ = socket.sendClose(WebSocket.NORMAL_CLOSURE, "");
    }
    socket.abort();
  }

  @Override
  public void onOpen(WebSocket socket) {
    openedNanos = ticker.nanos();
    socket.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
    if (message.length() + part.length() > HttpAsker.MOST_BYTES) {
      ended(TOO_LARGE);
      socket.abort();
      return null;
    }
    message.append(part);
    if (last) {
      read(message.toString());
      message.setLength(0);
    }
    socket.request(1);
    return null;
  }

  private void read(String text) {
    Reply read = Shown.read(text, pointer, Duration.ZERO);
    if (read instanceof Reply.Answered(_, Optional<String> shown)) {
      state = shown;
      told.complete(true);
    }
    if (read instanceof Reply.NotJson) {
      babbled = true;
    }
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer sent) {
    pong.complete(true);
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    ended(status);
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable broken) {
    ended(ABNORMAL);
  }

  /** It was given up: it is silent. */
  void silent(WebSocket socket) {
    ended(ABNORMAL);
    socket.abort();
  }

  private void ended(int code) {
    if (!leaving) {
      end.complete(new Drop(ticker.now(), code, held()));
    }
  }
}
