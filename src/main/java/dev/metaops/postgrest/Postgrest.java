package dev.metaops.postgrest;

import dev.metaops.config.Secret;
import dev.metaops.postgrest.PostgrestPlace.Root;
import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A REST door to a database: reads only. Every call ends within its deadline, asks once, and throws
 * {@link PostgrestUnavailable} with a named failure when there is no usable answer. Thread-safe.
 */
public final class Postgrest {
  /** How large one answer may be, in bytes: the description of a large schema is some megabytes. */
  public static final long MAX_ANSWER = 32L << 20;

  /** Longer URLs are refused on the way: gateways take 8 to 32 KiB of request line. */
  static final int MAX_URL = 7500;

  private final PostgrestPlace place;
  private final String schema;
  private final Secret key;
  private final KeyKind kind;
  private final Exchange exchange;
  private final Naming naming;
  private volatile Root root;

  /**
   * @param schema of the tables, {@code public} for most
   * @throws IllegalArgumentException when schema or key hold what no HTTP header can
   */
  public Postgrest(PostgrestPlace place, String schema, Secret key, Ticker ticker) {
    this(place, schema, key, ticker, MAX_ANSWER);
  }

  Postgrest(PostgrestPlace place, String schema, Secret key, Ticker ticker, long maxAnswer) {
    this.place = place;
    this.schema = printable("schema of the REST door", schema, schema);
    this.key = new Secret(printable("key of the REST door", key.reveal().strip(), "‹hidden›"));
    this.kind = KeyKind.of(this.key);
    this.exchange = new Exchange(maxAnswer);
    this.naming = new Naming(place, schema, this.key, kind, ticker);
    this.root = place.root();
  }

  public PostgrestPlace place() {
    return place;
  }

  public String schema() {
    return schema;
  }

  public KeyKind key() {
    return kind;
  }

  /** What an empty answer means. */
  public Visibility visibility() {
    return kind.visibility();
  }

  /** The rows the server sends: it may send fewer than match and than were asked for. */
  public Rows select(Select query, Deadline deadline) {
    return rows(query, "", deadline);
  }

  /** How many rows match, counted by the database one by one. */
  public long count(Select query, Deadline deadline) {
    return rows(query.orderBy(List.of()).limit(0), "count=exact", deadline)
        .extent()
        .total()
        .orElseThrow(() -> unavailable(new PostgrestFailure.Garbage("it did not count")));
  }

  /**
   * How many rows match; when counting them takes more than half of the time there is, how many
   * come in one answer.
   */
  public Count countOrAtLeast(Select query, Deadline deadline) {
    try {
      return new Count.Exactly(count(query, deadline.atMost(deadline.remaining().dividedBy(2))));
    } catch (PostgrestUnavailable failed) {
      return switch (failed.failure()) {
        case PostgrestFailure.StatementTimedOut _,
            PostgrestFailure.NoAnswer _,
            PostgrestFailure.GatewayTimedOut _ ->
            new Count.AtLeast(
                rows(query.orderBy(List.of()).limit(Pages.MOST_AT_ONCE), "", deadline)
                    .rows()
                    .size(),
                failed.failure());
        case PostgrestFailure _ -> throw failed;
      };
    }
  }

  /**
   * All rows that match, page after page, in the order of the keyset; the query's own order and
   * limit do not count. A row that changes its place meanwhile may be missed or come twice.
   *
   * @param most at least 1; memory holds that many
   */
  public Paged page(Select query, Keyset keyset, int most, Deadline deadline) {
    return new Pages(this, query, keyset, most).gather(deadline);
  }

  /**
   * Every table and view the key's role may use, by name, with its columns. Since April 2026
   * Supabase answers this to a service role's or secret key only (<a
   * href="https://github.com/supabase/supabase/pull/45462">supabase/supabase 45462</a>).
   */
  public Map<String, List<Column>> tables(Deadline deadline) {
    Reply reply = ask("", "", OpenApi.MEDIA_TYPE, "", deadline);
    return OpenApi.read(json(reply))
        .orElseThrow(
            () -> unavailable(new PostgrestFailure.Garbage("a description without definitions")));
  }

  /** The columns of a table, by the server's description or else by its first row. */
  public TableShape columns(String table, Deadline deadline) {
    PostgrestFailure why;
    try {
      List<Column> described = tables(deadline).get(table);
      if (described != null) {
        return new TableShape.Described(described);
      }
      why = new PostgrestFailure.NoSuchTable(table, "not in the description for this key");
    } catch (PostgrestUnavailable failed) {
      if (failed.failure().isTransient()) {
        throw failed; // a second question would only spoil the words of the first
      }
      why = failed.failure();
    }
    List<JsonNode> first = select(Select.from(table).limit(1), deadline).rows();
    return first.isEmpty()
        ? new TableShape.Hidden(why)
        : new TableShape.SeenInARow(List.copyOf(first.getFirst().propertyNames()), why);
  }

  PostgrestUnavailable unavailable(PostgrestFailure failure) {
    return new PostgrestUnavailable(place, failure);
  }

  private Rows rows(Select query, String prefer, Deadline deadline) {
    Reply reply = ask(query.table(), QueryText.of(query), "application/json", prefer, deadline);
    JsonNode body = json(reply);
    if (!body.isArray()) {
      throw unavailable(new PostgrestFailure.Garbage("not a list of rows"));
    }
    List<JsonNode> rows = new ArrayList<>(body.size());
    for (JsonNode row : body) {
      if (!row.isObject()) {
        throw unavailable(new PostgrestFailure.Garbage("a row that is not an object"));
      }
      rows.add(row);
    }
    if (rows.size() > query.limit().orElse(Integer.MAX_VALUE)) {
      throw unavailable(
          new PostgrestFailure.Garbage(
              rows.size() + " rows (expected: at most " + query.limit().orElseThrow() + ")"));
    }
    return new Rows(rows, Extent.of(reply.contentRange()));
  }

  private Reply ask(
      String table, String question, String accept, String prefer, Deadline deadline) {
    if (question.contains(QueryText.NUL)) {
      throw unavailable(
          new PostgrestFailure.QuestionRefused(
              "not sent", "it holds a character no text in PostgreSQL can"));
    }
    URI url = URI.create(rootUrl(deadline) + "/" + question);
    if (url.toString().length() > MAX_URL) {
      throw unavailable(
          new PostgrestFailure.QuestionRefused(
              "not sent",
              "its URL has "
                  + url.toString().length()
                  + " characters (expected: at most "
                  + MAX_URL
                  + "), ask for fewer values at once"));
    }
    Map<String, String> headers = headers(accept);
    if (!prefer.isEmpty()) {
      headers.put("Prefer", prefer);
    }
    Reply reply = replied(exchange.ask("GET", url, headers, deadline));
    if (reply.status() != 200 && reply.status() != 206) {
      throw unavailable(naming.name(table, reply));
    }
    return reply;
  }

  /** Asked once: behind a gateway the prefix leads somewhere, a bare PostgREST has no such path. */
  private String rootUrl(Deadline deadline) {
    return switch (root) {
      case BARE -> place.base().toString();
      case PREFIXED -> place.base() + PostgrestPlace.PREFIX;
      case TO_BE_ASKED -> {
        URI prefixed = URI.create(place.base() + PostgrestPlace.PREFIX + "/");
        Reply reply = replied(exchange.ask("HEAD", prefixed, headers("*/*"), deadline));
        if (reply.status() >= 500) {
          throw unavailable(naming.name("", told(prefixed, reply, deadline)));
        }
        root = reply.status() == 404 ? Root.BARE : Root.PREFIXED;
        yield rootUrl(deadline);
      }
    };
  }

  /** The same failure with its words: an answer to HEAD has none. */
  private Reply told(URI url, Reply mute, Deadline deadline) {
    Reply told = replied(exchange.ask("GET", url, headers("application/json"), deadline));
    return told.status() == mute.status() ? told : mute;
  }

  private Reply replied(Exchange.Outcome outcome) {
    return switch (outcome) {
      case Exchange.Outcome.Replied(Reply reply) -> reply;
      case Exchange.Outcome.Failed(PostgrestFailure failure) -> throw unavailable(failure);
    };
  }

  /**
   * A browser's User-Agent would make Supabase refuse a secret key, and an opaque key in
   * Authorization is refused too: <a
   * href="https://supabase.com/docs/guides/api/api-keys">supabase.com: API keys</a>.
   */
  private Map<String, String> headers(String accept) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", accept);
    headers.put("User-Agent", "metaops");
    headers.put("apikey", key.reveal());
    if (kind.isBearer()) {
      headers.put("Authorization", "Bearer " + key.reveal());
    }
    if (!schema.equals("public")) {
      headers.put("Accept-Profile", schema);
    }
    return headers;
  }

  private JsonNode json(Reply reply) {
    String type = reply.contentType().toLowerCase(Locale.ROOT);
    if (!type.contains("json")) {
      String named = type.isEmpty() ? "an answer without a content type" : Foreign.clipped(type);
      throw unavailable(new PostgrestFailure.Garbage(named + ", not JSON"));
    }
    try {
      return Json.read(reply.body());
    } catch (JacksonException wrong) {
      throw unavailable(new PostgrestFailure.Garbage("not JSON, or not all of it"));
    }
  }

  private static String printable(String what, String text, String shown) {
    Optional<Integer> wrong =
        text.chars().filter(one -> one <= ' ' || one > '~').boxed().findFirst();
    if (text.isEmpty() || wrong.isPresent()) {
      throw new IllegalArgumentException(
          what
              + ": "
              + (shown.equals(text) ? Foreign.clipped(shown) : shown)
              + " (expected: visible ASCII characters without spaces, at least one)");
    }
    return text;
  }
}
