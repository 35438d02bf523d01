package dev.metaops.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What the venue's own clients ask, and how metaops asks it too; in the order of the file. */
public record FrontendSection(List<Watched> all) {
  /** Stands in an address, or in what is sent, for the id of the order that is looked at. */
  public static final String ORDER = "{order}";

  /** In the documentation a table of every front end is called so. */
  private static final String ANY = "NAME";

  private static final String TABLE = "frontend";
  private static final int MOST_FRONTENDS = 32;
  private static final int LONGEST_SENT = 4_096;
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration LONGEST_REST = Duration.ofMinutes(10);
  private static final Duration HOUR = Duration.ofHours(1);

  public FrontendSection {
    all = List.copyOf(all);
  }

  /**
   * One of them.
   *
   * @param name how screens call it
   * @param url may hold {@link #ORDER} in its path or query; its place is safe to print
   * @param send what is sent over a WebSocket once it is open; may hold {@link #ORDER}
   * @param stateAt where the answer says an order's state; empty when it is not compared
   * @param order always this one; empty for the one that moved last
   * @param staleAfter so long after a row moved the answer may still say what was before
   */
  public record Watched(
      String name,
      Endpoint url,
      Optional<Secret> send,
      Pace pace,
      int expectStatus,
      Optional<String> stateAt,
      Optional<String> order,
      Duration staleAfter) {
    /** Whether it is a WebSocket that is held open. */
    public boolean isHeld() {
      String text = url.url().reveal();
      return text.startsWith("ws:") || text.startsWith("wss:");
    }

    /** Whether it is told which order it is asked about. */
    public boolean namesAnOrder() {
      return url.url().reveal().contains(ORDER)
          || send.filter(text -> text.reveal().contains(ORDER)).isPresent();
    }
  }

  /**
   * How it is asked.
   *
   * @param every so often
   * @param timeout no answer for so long is none
   * @param slowAfter an answer that takes longer is slow
   */
  public record Pace(Duration every, Duration timeout, Duration slowAfter) {}

  /** The keys of one front end's table. */
  private record Keys(String frontend) {
    Key url() {
      return key(
              "url",
              "an http://, https://, ws:// or wss:// address; {order} in its path or query stands"
                  + " for an order's id",
              "What the venue's clients ask; a WebSocket is held open.")
          .secret();
    }

    Key send() {
      return key(
              "send",
              "one text of up to 4096 letters; {order} stands for an order's id",
              "Sent over a WebSocket once it is open.")
          .secret();
    }

    Key every() {
      return key(
              "every",
              "a duration from 1s up to 10m; a number alone counts seconds",
              "How often serve asks.")
          .standard("10s");
    }

    Key timeout() {
      return key(
              "timeout",
              "a duration up to 1m; a number alone counts seconds",
              "No answer for so long is a time-out.")
          .standard("5s");
    }

    Key slowAfter() {
      return key(
              "slow-after",
              "a duration up to 1m; a number alone counts seconds",
              "An answer that takes longer is slow.")
          .standard("2s");
    }

    Key expectStatus() {
      return key("expect-status", "a number from 200 to 599", "Any other HTTP status is a failure.")
          .standard("200");
    }

    Key stateAt() {
      return key(
          "state-at",
          "a JSON pointer as /order/state, with {order} in url or send or with an order",
          "Where the answer says the order's state, which is then compared with the row.");
    }

    Key order() {
      return key("order", "an order's id", "Always this order; else the one that moved last.");
    }

    Key staleAfter() {
      return key(
              "stale-after",
              "a duration up to 1h; a number alone counts seconds",
              "So long after a row moved the answer may still say what was before.")
          .standard("30s");
    }

    private Key key(String name, String expectation, String meaning) {
      return Key.of(TABLE + "." + frontend, name, expectation, meaning);
    }

    List<Key> all() {
      return List.of(
          url(),
          send(),
          every(),
          timeout(),
          slowAfter(),
          expectStatus(),
          stateAt(),
          order(),
          staleAfter());
    }
  }

  /** For the documentation. */
  static final List<Key> KEYS = new Keys(ANY).all();

  /** The keys that stand in this file, and those that could. */
  static List<Key> keys(Sources sources) {
    return names(sources).stream().flatMap(name -> new Keys(name).all().stream()).toList();
  }

  private static Set<String> names(Sources sources) {
    return sources.tables(TABLE);
  }

  static FrontendSection from(Section section, Sources sources) {
    List<Watched> all = new ArrayList<>();
    for (String name : names(sources)) {
      if (!name.matches("[a-z0-9][a-z0-9_-]{0,31}")) {
        section.wrong(
            TABLE + "." + name, "expected: a name of up to 32 lower-case letters, digits, - and _");
      } else if (all.size() >= MOST_FRONTENDS) {
        section.wrong(TABLE, "expected: at most " + MOST_FRONTENDS + " front ends");
        break;
      } else {
        one(section, new Keys(name)).ifPresent(all::add);
      }
    }
    return new FrontendSection(all);
  }

  private static Optional<Watched> one(Section section, Keys keys) {
    Optional<Endpoint> url = section.read(keys.url(), FrontendSection::url);
    if (url.isEmpty() && !section.isSet(keys.url())) {
      section.missing(keys.url(), "a front end needs an address");
    }
    Pace pace =
        new Pace(
            section
                .read(
                    keys.every(),
                    text ->
                        Durations.read(text, SECOND, LONGEST_REST)
                            .filter(read -> read.compareTo(SECOND) >= 0))
                .orElse(Duration.ofSeconds(10)),
            section.duration(keys.timeout(), SECOND, MINUTE),
            section.duration(keys.slowAfter(), SECOND, MINUTE));
    Optional<Secret> send =
        section.read(
            keys.send(),
            text -> Optional.of(new Secret(text)).filter(_ -> text.length() <= LONGEST_SENT));
    Optional<String> order =
        section.read(keys.order(), text -> matching(text, "[^\\p{Cc}{}]{1,128}"));
    int status = section.number(keys.expectStatus(), 200, 599);
    Duration staleAfter = section.duration(keys.staleAfter(), SECOND, HOUR);
    Predicate<Watched> isTold = watched -> order.isPresent() || watched.namesAnOrder();
    Optional<Watched> without =
        url.map(place ->
            new Watched(
                keys.frontend(), place, send, pace, status, Optional.empty(), order, staleAfter));
    Optional<String> stateAt =
        section.read(
            keys.stateAt(),
            text ->
                without.filter(isTold.negate()).isPresent()
                    ? Optional.empty()
                    : matching(text, "(/([^~/\\p{Cc}]|~[01])*){1,16}"));
    return without.map(found ->
        new Watched(found.name(), found.url(), send, pace, status, stateAt, order, staleAfter));
  }

  private static Optional<String> matching(String text, String pattern) {
    return Optional.of(text).filter(found -> found.matches(pattern));
  }

  /** The place an order's id takes is no part of the host. */
  private static Optional<Endpoint> url(String text) {
    Set<String> schemes = new HashSet<>(Endpoint.HTTP);
    schemes.addAll(Endpoint.WEB_SOCKET);
    return Endpoint.read(text.replace(ORDER, "order"), schemes)
        .filter(_ -> !authority(text).contains(ORDER))
        .map(
            read -> new Endpoint(new Secret(text.strip()), read.host(), read.port(), read.place()));
  }

  private static String authority(String text) {
    return text.replaceFirst("^[a-z]+://([^/?#]*).*$", "$1");
  }
}
