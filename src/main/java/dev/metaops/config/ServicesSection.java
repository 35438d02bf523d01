package dev.metaops.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The processes of the venue that metaops may stop and start, in the order of the file; what they
 * depend on is among them, and nothing depends on itself.
 */
public record ServicesSection(List<Supervised> all) {
  /** In the documentation a table of every service is called so. */
  private static final String ANY = "NAME";

  private static final String TABLE = "services";
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final int MOST_SERVICES = 100;

  public ServicesSection {
    all = List.copyOf(all);
  }

  /** Who keeps it running. */
  public enum Driver {
    PM2,
    SYSTEMD,
    DOCKER,
    KUBERNETES,
    /** Nobody: metaops starts it and keeps its pid in a file. */
    PROCESS
  }

  /** What it is to metaops. */
  public enum Role {
    OTHER,
    /** It moves the rows: in mode own metaops serve itself, else the venue's own. */
    LISTENER
  }

  /** How it shows that it is ready. */
  public sealed interface Probe {
    /** Answers with a status below 400. */
    record Http(URI url) implements Probe {}

    /** Takes a connection. */
    record Tcp(String host, int port) implements Probe {}

    /** Writes this into its log after it was started. */
    record LogLine(String text) implements Probe {}

    /** This program ends with 0. */
    record Exec(List<String> words) implements Probe {
      public Exec {
        words = List.copyOf(words);
      }
    }
  }

  /**
   * One of them.
   *
   * @param name how commands call it
   * @param called how its supervisor calls it
   * @param command a program and its words; empty unless the driver is {@code PROCESS}
   * @param directory where the command is started
   * @param home pm2's own directory
   * @param ports it listens on; nobody else may hold them when it is started
   * @param stopWithin after that it is killed
   * @param readyWithin after that it is called not ready
   */
  public record Supervised(
      String name,
      Driver driver,
      String called,
      List<String> command,
      Optional<Path> directory,
      Optional<Path> pidFile,
      Optional<Path> logFile,
      Optional<Path> environmentFile,
      Optional<Path> home,
      List<String> dependsOn,
      List<Integer> ports,
      Optional<Probe> ready,
      Duration stopWithin,
      Duration readyWithin,
      Role role) {
    public Supervised {
      command = List.copyOf(command);
      dependsOn = List.copyOf(dependsOn);
      ports = List.copyOf(ports);
    }
  }

  /** The keys of one service's table. */
  private record Keys(String service) {
    Key driver() {
      return key(
          "driver",
          "pm2, systemd, docker, kubernetes or process",
          "Who keeps it running; process: metaops starts it itself.");
    }

    Key called() {
      return key(
          "name",
          "a name that does not begin with a dash, up to 128 letters",
          "What its supervisor calls it: pm2's name, the unit, the container, or"
              + " NAMESPACE/DEPLOYMENT; by default the table's own.");
    }

    Key command() {
      return key(
          "command",
          "one text: a program and its words, quoted where they hold spaces",
          "process: what is started; no shell reads it.");
    }

    Key directory() {
      return key("directory", "a directory", "process: where it is started.");
    }

    Key pidFile() {
      return key(
          "pid-file",
          "a file",
          "process: where its pid is kept; by default in the data directory.");
    }

    Key logFile() {
      return key(
          "log-file",
          "a file",
          "process: where its output goes; by default in the data directory.");
    }

    Key environmentFile() {
      return key(
          "env-file",
          "a file of NAME=value lines",
          "process: its variables beside PATH, HOME, USER and LANG; metaops passes none of its"
              + " own.");
    }

    Key home() {
      return key(
          "pm2-home", "a directory", "pm2: its PM2_HOME, when it is not the one of the variable.");
    }

    Key dependsOn() {
      return key(
          "depends-on",
          "names of other services, none of which leads back here",
          "These are started before it and stopped after it.");
    }

    Key ports() {
      return key(
          "ports",
          "ports from 1 to 65535",
          "Where it listens; a port that somebody else holds is named and left alone.");
    }

    Key ready() {
      return key(
          "ready",
          "http://…, https://…, tcp:PORT, tcp:HOST:PORT, log:TEXT or exec:PROGRAM WORDS",
          "How it shows that it is ready; without, that it runs and holds its ports is enough.");
    }

    Key stopWithin() {
      return key(
              "stop-within",
              "a duration up to 30m; a number alone counts seconds",
              "How long it may take to end when it is asked to; then it is killed.")
          .standard("10s");
    }

    Key readyWithin() {
      return key(
              "ready-within",
              "a duration up to 30m; a number alone counts seconds",
              "How long it may take to be ready.")
          .standard("30s");
    }

    Key role() {
      return key(
              "role",
              "other or listener, which is one service only",
              "listener: the process that moves the rows, which advice names when that is dead.")
          .standard("other");
    }

    private Key key(String name, String expectation, String meaning) {
      return Key.of(TABLE + "." + service, name, expectation, meaning);
    }

    List<Key> all() {
      return List.of(
          driver(),
          called(),
          command(),
          directory(),
          pidFile(),
          logFile(),
          environmentFile(),
          home(),
          dependsOn(),
          ports(),
          ready(),
          stopWithin(),
          readyWithin(),
          role());
    }
  }

  /** For the documentation. */
  static final List<Key> KEYS = new Keys(ANY).all();

  /** The keys that stand in this file, and those that could. */
  static List<Key> keys(Sources sources) {
    return names(sources).stream().flatMap(name -> new Keys(name).all().stream()).toList();
  }

  static ServicesSection from(Section section, Sources sources) {
    Set<String> known = names(sources);
    List<Supervised> all = new ArrayList<>();
    Set<String> listeners = new HashSet<>();
    for (String name : known) {
      if (!name.matches("[a-z0-9][a-z0-9_-]{0,31}") || name.equals("all")) {
        section.wrong(
            TABLE + "." + name,
            "expected: a name of up to 32 lower-case letters, digits, - and _, and not all");
      } else if (all.size() >= MOST_SERVICES) {
        section.wrong(TABLE, "expected: at most " + MOST_SERVICES + " services");
        break;
      } else {
        one(section, new Keys(name), known, listeners).ifPresent(all::add);
      }
    }
    return new ServicesSection(withoutCircles(section, all));
  }

  private static Set<String> names(Sources sources) {
    return sources.tables(TABLE);
  }

  private static Optional<Supervised> one(
      Section section, Keys keys, Set<String> known, Set<String> listeners) {
    String name = keys.service();
    Key driverKey = keys.driver();
    Optional<Driver> driver = section.read(driverKey, text -> Section.constant(Driver.class, text));
    Key commandKey = keys.command();
    List<String> command = section.read(commandKey, ServicesSection::words).orElse(List.of());
    if (driver.isEmpty() && !section.isSet(driverKey)) {
      section.missing(driverKey, "a service needs a driver");
    }
    if (driver.filter(Driver.PROCESS::equals).isPresent()
        && command.isEmpty()
        && !section.isSet(commandKey)) {
      section.missing(commandKey, "a service of the driver process needs a command");
    }
    Predicate<String> isName = text -> text.matches("[^-\\p{Cc}][^\\p{Cc}]{0,127}");
    Supervised read =
        new Supervised(
            name,
            driver.orElse(Driver.PROCESS),
            section.read(keys.called(), text -> Optional.of(text).filter(isName)).orElse(name),
            command,
            section.path(keys.directory()),
            section.path(keys.pidFile()),
            section.path(keys.logFile()),
            section.path(keys.environmentFile()),
            section.path(keys.home()),
            section.list(
                keys.dependsOn(),
                text ->
                    Optional.of(text).filter(known::contains).filter(other -> !other.equals(name))),
            section.list(keys.ports(), text -> port(text)),
            section.read(keys.ready(), ServicesSection::probe),
            section.duration(keys.stopWithin(), Duration.ofSeconds(1), LONGEST),
            section.duration(keys.readyWithin(), Duration.ofSeconds(1), LONGEST),
            section
                .read(
                    keys.role(),
                    text ->
                        Section.constant(Role.class, text)
                            .filter(role -> role != Role.LISTENER || listeners.isEmpty()))
                .orElse(Role.OTHER));
    if (read.role() == Role.LISTENER) {
      listeners.add(name);
    }
    return driver.map(_ -> read);
  }

  /** Whoever is in a circle is named once, and depends on nothing. */
  private static List<Supervised> withoutCircles(Section section, List<Supervised> all) {
    Map<String, List<String>> leads = new LinkedHashMap<>();
    all.forEach(each -> leads.put(each.name(), each.dependsOn()));
    List<Supervised> sound = new ArrayList<>();
    for (Supervised each : all) {
      boolean isCircle = reaches(each.name(), each.name(), leads, new HashSet<>());
      if (isCircle) {
        section.wrong(
            TABLE + "." + each.name() + ".depends-on",
            "expected: names that do not lead back to " + each.name());
      } else {
        sound.add(each);
      }
    }
    return sound;
  }

  private static boolean reaches(
      String from, String to, Map<String, List<String>> leads, Set<String> seen) {
    return leads.getOrDefault(from, List.of()).stream()
        .anyMatch(next -> next.equals(to) || (seen.add(next) && reaches(next, to, leads, seen)));
  }

  /** The process that moves the rows, when it is configured which. */
  public Optional<String> listener() {
    return all.stream()
        .filter(each -> each.role() == Role.LISTENER)
        .map(Supervised::name)
        .findFirst();
  }

  private static Optional<Integer> port(String text) {
    return text.matches("[0-9]{1,5}")
        ? Optional.of(Integer.parseInt(text)).filter(port -> port >= 1 && port <= 65_535)
        : Optional.empty();
  }

  private static final Pattern TCP = Pattern.compile("tcp:(?:([^:\\s]{1,253}):)?([0-9]{1,5})");

  private static Optional<Probe> probe(String text) {
    if (text.startsWith("http://") || text.startsWith("https://")) {
      return url(text).map(Probe.Http::new);
    }
    Matcher tcp = TCP.matcher(text);
    if (tcp.matches()) {
      String host = Optional.ofNullable(tcp.group(1)).orElse("127.0.0.1");
      return port(tcp.group(2)).map(port -> new Probe.Tcp(host, port));
    }
    if (text.startsWith("log:") && !text.substring(4).isBlank()) {
      return Optional.of(new Probe.LogLine(text.substring(4).strip()));
    }
    return text.startsWith("exec:")
        ? words(text.substring(5)).map(Probe.Exec::new)
        : Optional.empty();
  }

  private static Optional<URI> url(String text) {
    try {
      return Optional.of(URI.create(text)).filter(url -> url.getHost() != null);
    } catch (IllegalArgumentException no) {
      return Optional.empty();
    }
  }

  private static final Pattern WORD = Pattern.compile("\\G\\s*(?:\"([^\"]*)\"|'([^']*)'|(\\S+))");

  /** Quotes keep spaces; nothing else means anything. Empty when a quote is not closed. */
  static Optional<List<String>> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(text.strip());
    while (word.find()) {
      String bare = word.group(3);
      if (bare != null && (bare.startsWith("\"") || bare.startsWith("'"))) {
        return Optional.empty();
      }
      words.add(
          Optional.ofNullable(word.group(1))
              .or(() -> Optional.ofNullable(word.group(2)))
              .orElse(String.valueOf(bare)));
    }
    return Optional.of(List.copyOf(words)).filter(all -> !all.isEmpty());
  }
}
