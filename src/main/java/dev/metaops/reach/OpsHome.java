package dev.metaops.reach;

import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Settings;
import dev.metaops.postgres.EmbeddedPostgres;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.store.Database;
import dev.metaops.store.DatabaseUnavailable;
import dev.metaops.store.Migrations;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Our own store, opened beside what matters more: following the chain does not wait for it and goes
 * on without it. The embedded server in the data directory, or the one that is configured.
 */
public final class OpsHome implements AutoCloseable {
  public static final String DATABASE = "metaops_ops";
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final Duration MOST_FOR_SOON = Duration.ofSeconds(5);

  private final Settings settings;
  private final Consumer<String> said;
  private final Ticker ticker;
  private final Thread opening;
  private final CompletableFuture<Database> opened = new CompletableFuture<>();
  private @Nullable EmbeddedPostgres server;
  private boolean closed;

  private OpsHome(Settings settings, Consumer<String> said, Ticker ticker) {
    this.settings = settings;
    this.said = said;
    this.ticker = ticker;
    this.opening = Thread.ofPlatform().name("ops").daemon().unstarted(this::open);
  }

  /** Returns at once; what comes of it is said. */
  public static OpsHome opening(Settings settings, Consumer<String> said, Ticker ticker) {
    OpsHome home = new OpsHome(settings, said, ticker);
    home.opening.start();
    return home;
  }

  private void open() {
    try {
      Database database =
          new Database(
              settings.ops().url().isPresent() ? settings.ops().url().get() : embedded(),
              "metaops serve",
              ticker);
      Migrations.applyIfChanged(database, "db/ops", Deadline.in(MOST, ticker));
      opened.complete(database);
    } catch (DatabaseUnavailable failure) {
      without(failure.failure().sentence());
    } catch (PostgresUnavailable failure) {
      without(String.valueOf(failure.getMessage()));
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void without(String why) {
    if (opened.completeExceptionally(new SQLException(why))) {
      said.accept("goes on without its own store: " + why);
    }
  }

  /**
   * The store, once it is there: for what cannot go on without it.
   *
   * @throws SQLException saying why it does not come
   */
  public Database awaited() throws SQLException, InterruptedException {
    try {
      return opened.get();
    } catch (ExecutionException failed) {
      throw new SQLException(
          Optional.ofNullable(failed.getCause()).map(Throwable::getMessage).orElse("no reason"));
    }
  }

  /** The store, if it is there within a few seconds: for what goes on without it. */
  public Optional<Database> soon() {
    try {
      return Optional.of(opened.get(MOST_FOR_SOON.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException without) {
      return Optional.empty();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * The store if it is up, for commands that only read: they start no server.
   *
   * @throws PostgresUnavailable when its directory is not ours to read
   */
  public static Optional<DatabaseUrl> running(Settings settings) throws PostgresUnavailable {
    if (settings.ops().url().isPresent()) {
      return settings.ops().url();
    }
    return EmbeddedPostgres.find(settings.environment().dataDirectory().resolve("ops"))
        .map(instance -> DatabaseUrl.of(instance.secretUrl(DATABASE)));
  }

  private DatabaseUrl embedded() throws PostgresUnavailable, InterruptedException {
    Path directory = settings.environment().dataDirectory().resolve("ops");
    EmbeddedPostgres opened =
        EmbeddedPostgres.open(directory, ticker, step -> said.accept("its own store: " + step));
    synchronized (this) {
      if (closed) {
        opened.close();
        throw new InterruptedException();
      }
      server = opened;
    }
    opened.createDatabaseIfAbsent(DATABASE);
    return DatabaseUrl.of(opened.instance().secretUrl(DATABASE));
  }

  /** Leaves the server, which stops when nobody else uses it. Idempotent. */
  @Override
  public void close() {
    opening.interrupt();
    EmbeddedPostgres opened;
    synchronized (this) {
      closed = true;
      opened = server;
      server = null;
    }
    if (opened != null) {
      try {
        opened.close();
      } catch (PostgresUnavailable failure) {
        said.accept(String.valueOf(failure.getMessage()));
      }
    }
  }
}
