package dev.metaops.records;

import dev.metaops.audit.AuditDirectory;
import dev.metaops.audit.LogHome;
import dev.metaops.audit.RecordStore;
import dev.metaops.command.Conversation;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.OrdersSection;
import dev.metaops.postgres.PostgresUnavailable;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.reach.OpsHome;
import dev.metaops.reach.Reach;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The logs of this environment, opened where they are: of the orders database, and of our own
 * store. Where an orders database is only observed the ledger is in our own store, and its log
 * there. One that cannot be opened keeps nobody from the other. Not thread-safe.
 */
final class AuditLogs implements AutoCloseable {
  private static final Duration MOST_FOR_OUR_STORE = Duration.ofSeconds(3);

  private final Conversation conversation;
  private final String application;
  private final List<Connection> connections = new ArrayList<>();
  private final List<Opened> opened = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private AuditLogs(Conversation conversation, String application) {
    this.conversation = conversation;
    this.application = application;
  }

  /** A log that is there. */
  record Opened(RecordStore records, Connection connection) {
    LogHome home() {
      return records.home();
    }
  }

  /** A log that should be there and cannot be looked at. */
  record Unread(LogHome home, String why) {
    String sentence() {
      return "UNKNOWN: the log of " + home.words() + " was not looked at: " + why;
    }
  }

  static AuditLogs open(Conversation conversation, String application) throws IOException {
    var logs = new AuditLogs(conversation, application);
    try {
      logs.ofOurStore(logs.ofOrders());
      return logs;
    } catch (IOException | RuntimeException failed) {
      logs.close();
      throw failed;
    }
  }

  List<Opened> opened() {
    return List.copyOf(opened);
  }

  Optional<Opened> of(LogHome home) {
    return opened.stream().filter(log -> log.home() == home).findFirst();
  }

  List<Unread> unread() {
    return List.copyOf(unread);
  }

  /** What nobody who reads the answer would guess. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Why there is nothing to look at. */
  String nothing() {
    return unread.isEmpty()
        ? "UNKNOWN: nothing is recorded anywhere yet: start metaops serve"
        : "UNKNOWN: " + String.join("; ", unread.stream().map(Unread::why).toList());
  }

  /** Whether it is known where the log of the orders database is, or why that is not known. */
  private boolean ofOrders() {
    Optional<Database> database =
        Reach.orders(conversation.settings(), application, conversation.ticker());
    if (database.isEmpty()) {
      return false;
    }
    try {
      Connection connection = connected(database.get(), Reach.deadline(conversation));
      return isOpened(new RecordStore(connection, LogHome.ORDERS), connection);
    } catch (SQLException failure) {
      unread.add(new Unread(LogHome.ORDERS, DatabaseWords.of(failure)));
      return true;
    }
  }

  private Connection connected(Database database, Deadline deadline) throws SQLException {
    Connection connection = database.connect(deadline);
    connections.add(connection);
    return connection;
  }

  private boolean isOpened(RecordStore records, Connection connection) throws SQLException {
    boolean isThere = records.isThere();
    if (isThere) {
      opened.add(new Opened(records, connection));
    }
    return isThere;
  }

  private void ofOurStore(boolean isOrdersKnown) throws IOException {
    boolean isObserved = false;
    try {
      Optional<DatabaseUrl> url = OpsHome.running(conversation.settings());
      if (url.isEmpty()) {
        missing();
      } else {
        Connection connection =
            connected(
                new Database(url.get(), application, conversation.ticker()),
                Reach.deadline(conversation).atMost(MOST_FOR_OUR_STORE));
        isObserved =
            !isOrdersKnown && isOpened(new RecordStore(connection, LogHome.ORDERS), connection);
        if (!isOpened(new RecordStore(connection, LogHome.OPS), connection)) {
          gone("our own store keeps no log (metaops serve installs it)");
        }
      }
    } catch (PostgresUnavailable failure) {
      unread.add(new Unread(LogHome.OPS, String.valueOf(failure.getMessage())));
    } catch (SQLException failure) {
      unread.add(new Unread(LogHome.OPS, DatabaseWords.of(failure)));
    }
    if (!isOrdersKnown) {
      withoutOrdersLog(isObserved);
    }
  }

  /** The embedded server is not up; commands that read start none. */
  private void missing() throws IOException {
    if (Files.isDirectory(dataDirectory().resolve("ops"))) {
      unread.add(
          new Unread(LogHome.OPS, "our own store is not up (start metaops serve, and look again)"));
    } else {
      gone("there is no store of our own on this machine");
    }
  }

  /** What never was is no finding; what was and is not there any more is. */
  private void gone(String what) throws IOException {
    List<Path> kept = AuditDirectory.kept(dataDirectory(), LogHome.OPS);
    if (!kept.isEmpty()) {
      unread.add(
          new Unread(
              LogHome.OPS, what + ", and checkpoints of its log are kept in " + kept.getLast()));
    }
  }

  private Path dataDirectory() {
    return conversation.settings().environment().dataDirectory();
  }

  private void withoutOrdersLog(boolean isObserved) {
    boolean isObserving = conversation.settings().orders().mode() == OrdersSection.Mode.OBSERVE;
    if (isObserved) {
      notes.add(
          "the orders database is only observed: nothing is installed in it, so what others do"
              + " there is not recorded; what metaops did to its ledger is recorded in our own"
              + " store");
    } else if (isObserving && of(LogHome.OPS).isPresent()) {
      notes.add(
          "the orders database is only observed: nothing is installed in it, and nothing that is"
              + " done there is recorded");
    } else {
      unread.add(
          new Unread(
              LogHome.ORDERS,
              Reach.orders(conversation.settings(), application, conversation.ticker()).isEmpty()
                  ? DatabaseWords.NO_SQL
                  : "the database has no metaops schema: metaops serve with orders.mode = \"own\""
                      + " installs it"));
    }
  }

  @Override
  public void close() {
    for (Connection connection : connections) {
      try {
        connection.close();
      } catch (SQLException gone) {
        // Nothing was written that would be lost.
      }
    }
  }
}
