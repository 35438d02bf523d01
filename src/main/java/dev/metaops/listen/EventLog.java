package dev.metaops.listen;

import dev.metaops.chain.Log;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.finding.Finding;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Quarantined;
import dev.metaops.time.Ticker;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The structured event log: one JSON line for each event received, applied, orphaned, quarantined
 * or not mapped, for each row moved, and for each finding. For people and their tools; nothing
 * reads it back. At {@value #MAX_BYTES} bytes it becomes {@code events.1.jsonl} and begins anew. A
 * disk that takes no more lines holds up nothing: it is said once. Thread-safe.
 */
public final class EventLog implements AutoCloseable {
  static final long MAX_BYTES = 64L * 1024 * 1024;

  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Executor writer;
  private CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> last = before;
  private boolean failing;
  private long received;
  private long applied;
  private long orphaned;
  private long quarantined;
  private long unmapped;
  private final Map<String, Long> moved = new TreeMap<>();

  /** Writes in the thread of whoever has something to say. */
  public EventLog(Path directory, Consumer<String> said, Ticker ticker) {
    this(directory, said, ticker, Runnable::run);
  }

  /**
   * Writes below this directory, which is made when absent.
   *
   * @param said hears when lines are lost, and when they are written again
   * @param writer writes one thing after the other, in the order they were said; whoever says more
   *     waits until all but the last of what was said before is written
   */
  public EventLog(Path directory, Consumer<String> said, Ticker ticker, Executor writer) {
    this.said = said;
    this.writer = writer;
    this.file = directory.resolve("events.jsonl");
    this.ticker = ticker;
    try {
      Files.createDirectories(directory);
    } catch (IOException unwritable) {
      lost(unwritable.toString());
    }
  }

  /** What was said so far. */
  public synchronized Tally tally() {
    return new Tally(received, applied, orphaned, quarantined, unmapped, moved);
  }

  void received(List<EscrowEvent> events) {
    synchronized (this) {
      received += events.size();
    }
    write(lines -> lines.events("received", events), events.size());
  }

  void quarantined(Quarantined held) {
    synchronized (this) {
      quarantined++;
    }
    write(lines -> lines.quarantined(held), 1);
  }

  void unmapped(Log log) {
    synchronized (this) {
      unmapped++;
    }
    write(lines -> lines.unmapped(log), 1);
  }

  void committed(Batch batch, Applied.Committed committed) {
    synchronized (this) {
      applied += batch.events().size();
      orphaned += committed.orphaned();
      committed.moved().forEach(move -> moved.merge(move.to(), 1L, Long::sum));
    }
    write(
        lines -> {
          lines.events("applied", batch.events());
          if (committed.orphaned() > 0) {
            lines.orphaned(committed.orphaned(), batch.rewindTo());
          }
          for (Applied.Move move : committed.moved()) {
            lines.moved(move, batch.cursor().number());
          }
        },
        batch.events().size() + committed.orphaned() + committed.moved().size());
  }

  /** Something looks wrong since now. */
  public void raised(Finding finding) {
    write(lines -> lines.raised(finding), 1);
  }

  /** It is over. */
  public void cleared(String code, String fingerprint) {
    write(lines -> lines.cleared(code, fingerprint), 1);
  }

  /** Writes some lines. */
  private interface Writing {
    void to(EventLines lines) throws IOException;
  }

  private synchronized void write(Writing what, int count) {
    if (count == 0) {
      return;
    }
    Instant now = ticker.now();
    CompletableFuture<Void> waited = before;
    before = last;
    last = last.exceptionally(defect -> null).thenRunAsync(() -> append(what, now), writer);
    waited.join();
  }

  /** One at a time: the next is begun when this has ended. */
  private void append(Writing what, Instant at) {
    try {
      if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
        Files.move(
            file, file.resolveSibling("events.1.jsonl"), StandardCopyOption.REPLACE_EXISTING);
      }
      try (OutputStream out =
              Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          EventLines lines = new EventLines(new BufferedOutputStream(out, BUFFER), at)) {
        what.to(lines);
      }
      if (failing) {
        failing = false;
        said.accept(file + ": the event log is written again; lines are missing");
      }
    } catch (IOException unwritable) {
      lost(unwritable.toString());
    }
  }

  private void lost(String why) {
    if (!failing) {
      failing = true;
      said.accept(file + ": the event log cannot be written, its lines are lost: " + why);
    }
  }

  /** Waits until everything is written. */
  @Override
  public synchronized void close() {
    last.join();
  }
}
