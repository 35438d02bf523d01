package dev.metaops.bench;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A contestant in the middle of a fault: what it lost, what it made up, when it said so. */
final class Standing implements AutoCloseable {
  private static final Pattern COMPLAINT =
      Pattern.compile("(?i)\\b(warn|error|fatal|unrecoverable|AssertionError)\\b.*");

  private final Contestant contestant;
  private final VenueDatabase database;
  private final Faulty proxy;
  private final Running process;
  private int heardCharacters;
  private Optional<Heard> alarm = Optional.empty();
  private Duration alarmAfter = Duration.ZERO;
  private boolean wasRed;
  private Set<String> lost = Set.of();
  private Set<String> phantom = Set.of();

  Standing(Contestant contestant, VenueDatabase database, Faulty proxy, Running process) {
    this.contestant = contestant;
    this.database = database;
    this.proxy = proxy;
    this.process = process;
  }

  String name() {
    return contestant.name();
  }

  Contestant contestant() {
    return contestant;
  }

  VenueDatabase database() {
    return database;
  }

  Faulty proxy() {
    return proxy;
  }

  Running process() {
    return process;
  }

  /** When what ours holds of this block was committed; empty where it holds nothing of it. */
  Optional<Instant> committed(long block) throws SQLException {
    return database.moment(
        "SELECT max(pg_xact_commit_timestamp(xmin)) FROM metaops.event WHERE block_number = "
            + block);
  }

  /** Complaints said up to now were of something else. */
  void forgetComplaints() {
    heardCharacters = process.output().length();
    wasRed = false;
  }

  /** Looks once: rows against the chain's own list, and whether an alarm was raised since. */
  void look(Set<String> truth, Instant since) throws SQLException {
    Set<String> held = contestant.held(database);
    lost = new HashSet<>(truth);
    lost.removeAll(held);
    phantom = new HashSet<>(held);
    phantom.removeAll(truth);
    listen(since);
  }

  /** Looks once whether an alarm was raised since. */
  void listen(Instant since) throws SQLException {
    if (alarm.isEmpty()) {
      alarm = complaint(since);
      alarm.ifPresent(heard -> alarmAfter = Duration.between(since, heard.at()));
    }
    wasRed |= contestant instanceof Ours && truthStatus() == 503;
  }

  /** What was said, and when: to the looks' precision where it bears no time of its own. */
  private record Heard(String what, Instant at) {
    static Heard now(String what) {
      return new Heard(what, Instant.now());
    }
  }

  boolean isRight() {
    return lost.isEmpty() && phantom.isEmpty();
  }

  int lost() {
    return lost.size();
  }

  int phantom() {
    return phantom.size();
  }

  boolean isAlarmed() {
    return alarm.isPresent();
  }

  Optional<Instant> alarmedAt() {
    return alarm.map(Heard::at);
  }

  /** Whether {@code /health/truth} was red at any look since the complaints were forgotten. */
  boolean wasRed() {
    return wasRed;
  }

  private Optional<Heard> complaint(Instant since) throws SQLException {
    if (contestant instanceof Ours) {
      return ofOurs(since);
    }
    if (!process.isAlive()) {
      return Optional.of(Heard.now("process ended"));
    }
    String said = process.output();
    var found = COMPLAINT.matcher(said.substring(Math.min(heardCharacters, said.length())));
    return found.find() ? Optional.of(Heard.now("log: " + clip(found.group()))) : Optional.empty();
  }

  /** A finding where this build has them, else what the stream says of itself. */
  private Optional<Heard> ofOurs(Instant since) throws SQLException {
    if (database.has("metaops.finding")) {
      String those = " FROM metaops.finding WHERE last_seen >= '" + since + "' ORDER BY first_seen";
      var findings = database.all("SELECT severity || ' ' || code" + those);
      if (!findings.isEmpty()) {
        return Optional.of(
            new Heard(
                "finding " + String.join(", ", findings),
                database.moment("SELECT first_seen" + those + " LIMIT 1").orElse(Instant.now())));
      }
    }
    var trouble =
        database.all("SELECT trouble FROM metaops.stream WHERE trouble_since >= '" + since + "'");
    return trouble.isEmpty()
        ? Optional.empty()
        : Optional.of(Heard.now("trouble: " + clip(trouble.getFirst())));
  }

  /** How many of the node's untrue answers are kept with what they should have been. */
  long evidence() throws SQLException {
    return contestant instanceof Ours && database.has("metaops.provider_lie")
        ? database.number("SELECT count(*) FROM metaops.provider_lie")
        : 0;
  }

  /** What {@code /health/truth} answers of ours; 0 where nobody answers. */
  int truthStatus() {
    return contestant instanceof Ours ours
        ? new RawRpc("http://127.0.0.1:" + ours.port()).status("/health/truth")
        : 0;
  }

  String text() throws SQLException {
    return lost.size()
        + " lost, "
        + phantom.size()
        + " phantom; "
        + alarm
            .map(heard -> heard.what() + " after " + alarmAfter.toMillis() + " ms")
            .orElse("no alarm")
        + (process.isAlive() ? "" : "; not running")
        + (contestant instanceof Ours
            ? "; " + evidence() + " answers kept; truth " + truthStatus()
            : "");
  }

  /** For a cell of a table: who loses nothing has nothing to say. */
  String brief() {
    String rows = lost.size() + " lost, " + phantom.size() + " phantom";
    String said = isAlarmed() ? ", said after " + alarmAfter.toMillis() + " ms" : ", silent";
    return rows
        + (isRight() && !isAlarmed() ? "" : said)
        + (process.isAlive() ? "" : ", not running");
  }

  private static String clip(String text) {
    String plain = text.replaceAll("\u001B\\[[;\\d]*m", "").strip();
    return plain.length() <= 60 ? plain : plain.substring(0, 57) + "...";
  }

  @Override
  public void close() throws SQLException {
    process.close();
    proxy.close();
    database.close();
  }
}
