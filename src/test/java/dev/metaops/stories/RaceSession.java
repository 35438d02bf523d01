package dev.metaops.stories;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection in manual commit, and the thread that waits for it. Used by one other thread. */
final class RaceSession implements AutoCloseable {
  final Connection connection;
  final int process;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private @Nullable Future<Runnable> running;

  RaceSession(Connection connection) throws SQLException {
    this.connection = connection;
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement();
        var found = statement.executeQuery("SELECT pg_backend_pid()")) {
      found.next();
      process = found.getInt(1);
    }
    connection.commit();
  }

  /** Begins something that may wait for others; what it answers is run by whoever waits for it. */
  void begin(Callable<Runnable> work) {
    running = thread.submit(work);
  }

  boolean isBusy() {
    return running != null;
  }

  /** Waits that long at most; answers whether it is over. */
  boolean isOverWithin(long micros) throws InterruptedException {
    Future<Runnable> waited = running;
    if (waited == null) {
      return true;
    }
    try {
      Runnable then = waited.get(micros, TimeUnit.MICROSECONDS);
      running = null;
      then.run();
      return true;
    } catch (TimeoutException notYet) {
      return false;
    } catch (ExecutionException broken) {
      running = null;
      throw new IllegalStateException(broken.getCause());
    }
  }

  @Override
  public void close() throws SQLException {
    thread.shutdownNow();
    connection.close();
  }
}
