package dev.metaops.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.metaops.config.Secret;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * Sends each line to a source of Logtail (Better Stack): a JSON array in a {@code POST}, with the
 * source's token. Whoever logs never waits: up to {@value #MOST_LINES} lines and {@value
 * #MOST_BYTES} bytes wait for one thread that sends them, tried again as long as the receiver may
 * take them later, and so sometimes sent twice; more than that are lost and counted.
 */
final class LogtailAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int MOST_LINES = 2_000;
  static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final int BATCH_BYTES = 512 * 1024;
  private static final int LINE_BYTES = 128 * 1024;
  private static final Duration GATHERING = Duration.ofMillis(500);
  private static final Duration MOST_FOR_SENDING = Duration.ofSeconds(10);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

  private final URI source;
  private final Map<String, String> headers;
  private final JsonLines lines;
  private final Courier courier;
  private final Losses losses;
  private final Ticker ticker;
  private final Thread sending;

  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int waitingBytes;
  private volatile boolean stopping;

  LogtailAppender(
      URI source, Secret token, JsonLines lines, Courier courier, Losses losses, Ticker ticker) {
    this.source = source;
    this.headers =
        Map.of("Authorization", "Bearer " + token.reveal(), "Content-Type", "application/json");
    this.lines = lines;
    this.courier = courier;
    this.losses = losses;
    this.ticker = ticker;
    this.sending = Thread.ofPlatform().name("logtail").daemon().unstarted(this::sendAll);
  }

  @Override
  public void start() {
    super.start();
    sending.start();
  }

  @Override
  protected void append(ILoggingEvent event) {
    byte[] line = lines.bytes(event);
    if (line.length > LINE_BYTES || !queued(line)) {
      losses.lost(1, "there are more than can be sent");
    }
  }

  private synchronized boolean queued(byte[] line) {
    if (waiting.size() >= MOST_LINES || waitingBytes + line.length > MOST_BYTES) {
      return false;
    }
    waiting.add(line);
    waitingBytes += line.length;
    notifyAll();
    return true;
  }

  private void sendAll() {
    while (!stopping) {
      try {
        awaitOne();
        ticker.rest(GATHERING);
        send(taken());
      } catch (InterruptedException told) {
        // Either it is to stop, or nobody knows why: it looks again.
      }
    }
  }

  private synchronized void awaitOne() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
  }

  /** The next lines, which still wait until they are {@link #gone}. */
  private synchronized List<byte[]> taken() {
    List<byte[]> batch = new ArrayList<>();
    int bytes = 0;
    for (byte[] line : waiting) {
      if (bytes + line.length > BATCH_BYTES && !batch.isEmpty()) {
        break;
      }
      batch.add(line);
      bytes += line.length;
    }
    return batch;
  }

  private synchronized void gone(List<byte[]> batch) {
    for (byte[] line : batch) {
      waitingBytes -= waiting.poll() == null ? 0 : line.length;
    }
  }

  private void send(List<byte[]> batch) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      Deadline deadline = Deadline.in(MOST_FOR_SENDING, ticker);
      switch (courier.post(source, headers, array(batch), deadline)) {
        case Courier.Delivery.Taken _ -> {
          gone(batch);
          losses.arrived();
          return;
        }
        case Courier.Delivery.Refused refused -> {
          gone(batch);
          losses.lost(batch.size(), words(refused));
          return;
        }
        case Courier.Delivery.NotNow notNow -> {
          losses.failing(notNow.why());
          ticker.rest(notNow.after().orElse(pause));
          pause = doubled(pause);
        }
      }
    }
  }

  private static Duration doubled(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  private static String words(Courier.Delivery.Refused refused) {
    return switch (refused.status()) {
      case 401, 403 -> "LOGTAIL_SOURCE_TOKEN is refused, or is of a source with another host";
      default -> refused.why();
    };
  }

  private static byte[] array(List<byte[]> batch) {
    ByteArrayOutputStream array = new ByteArrayOutputStream(BATCH_BYTES / 8);
    char before = '[';
    for (byte[] line : batch) {
      array.write(before);
      array.writeBytes(line);
      before = ',';
    }
    array.write(']');
    return array.toByteArray();
  }

  /** Sends what waits, once and within the deadline. Call once. */
  void finish(Deadline deadline) {
    stopping = true;
    sending.interrupt();
    try {
      sending.join(Duration.ofMillis(deadline.remainingMillis()));
      List<byte[]> batch = taken();
      while (!batch.isEmpty()
          && courier.post(source, headers, array(batch), deadline)
              instanceof Courier.Delivery.Taken) {
        gone(batch);
        batch = taken();
      }
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  /** What waits now is lost. Idempotent. */
  void loseTheRest() {
    stop();
    int rest = cleared();
    if (rest > 0) {
      losses.lost(rest, "the process ended before they could be sent");
    }
  }

  private synchronized int cleared() {
    int rest = waiting.size();
    waiting.clear();
    return rest;
  }
}
