package dev.metaops.postgrest;

import dev.metaops.config.Secret;
import dev.metaops.time.Ticker;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Names what was answered instead of rows: by the code of PostgreSQL or PostgREST, else by the
 * gateway's HTTP status.
 *
 * <p>Codes: <a href="https://docs.postgrest.org/en/latest/references/errors.html">PostgREST,
 * errors</a> (12 says 42P01 and PGRST301 where 13 and later say PGRST205 and PGRST303). Statuses:
 * <a href="https://supabase.com/docs/guides/platform/http-status-codes">Supabase, HTTP status
 * codes</a> (402 restricted, 540 paused, 544 gateway time-out) and <a
 * href="https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/">
 * Cloudflare, 5xx errors</a>.
 */
record Naming(PostgrestPlace place, String schema, Secret key, KeyKind kind, Ticker ticker) {
  private enum Form {
    /** Of PostgREST: it has a code, which may be empty. */
    ERROR,
    FOREIGN
  }

  /** What PostgREST, or the gateway, puts into the body of an error. */
  private record Said(String code, String message, String hint, Form form) {
    /** PostgREST 12, HTTP 400, to the question its database connection broke under: tried. */
    boolean isSilent() {
      return form == Form.ERROR && code.isEmpty() && message.isEmpty();
    }

    String text() {
      return hint.isEmpty() ? message : message + ". Hint: " + hint;
    }
  }

  PostgrestFailure name(String table, Reply reply) {
    if (reply.status() >= 300 && reply.status() < 400) {
      return new PostgrestFailure.Redirected(host(reply.location()));
    }
    Said said = said(reply);
    if (reply.status() == 400 && said.isSilent()) {
      return new PostgrestFailure.DatabaseAway("no code", "its connection to it broke");
    }
    return byCode(table, said, reply.status()).orElseGet(() -> byStatus(table, said, reply));
  }

  private Optional<PostgrestFailure> byCode(String table, Said said, int status) {
    String why = said.text();
    @Nullable PostgrestFailure named =
        switch (said.code()) {
          case "PGRST300", "PGRST301", "PGRST302", "PGRST303" -> refusedKey(said);
          case "42501" -> new PostgrestFailure.Forbidden(kind.shown(), why);
          case "42P01", "PGRST205" -> new PostgrestFailure.NoSuchTable(table, why);
          case "42703", "PGRST204" -> new PostgrestFailure.NoSuchColumn(why);
          case "PGRST106" -> new PostgrestFailure.SchemaNotExposed(schema, why);
          case "57014" -> new PostgrestFailure.StatementTimedOut(why);
          case "25006" -> new PostgrestFailure.ReadOnly(why);
          case "PGRST000", "PGRST001", "PGRST002", "53300", "57P01", "57P02", "57P03" ->
              new PostgrestFailure.DatabaseAway(said.code(), why);
          case "PGRST003" -> new PostgrestFailure.PoolExhausted(why);
          case "22023" ->
              said.message().startsWith("role ")
                  ? new PostgrestFailure.KeyRefused(why)
                  : new PostgrestFailure.QuestionRefused(said.code(), why);
          case "PGRST100", "42883", "42804", "2201B" ->
              new PostgrestFailure.QuestionRefused(said.code(), why);
          default -> byClass(said, status);
        };
    return Optional.ofNullable(named);
  }

  private static @Nullable PostgrestFailure byClass(Said said, int status) {
    if (said.code().isEmpty()) {
      return null;
    }
    if (said.code().matches("22[0-9A-Z]{3}")) {
      return new PostgrestFailure.QuestionRefused(said.code(), said.text());
    }
    return said.code().matches("08[0-9A-Z]{3}")
        ? new PostgrestFailure.DatabaseAway(said.code(), said.text())
        : new PostgrestFailure.Other(status, said.code(), said.text());
  }

  private PostgrestFailure byStatus(String table, Said said, Reply reply) {
    int status = reply.status();
    String why = said.text().isEmpty() ? "HTTP " + status : said.text();
    return switch (status) {
      case 401 -> refusedKey(said);
      case 402 -> new PostgrestFailure.ProjectRestricted(why);
      case 403 -> new PostgrestFailure.Forbidden(kind.shown(), why);
      case 404 ->
          new PostgrestFailure.Garbage("HTTP 404 for " + (table.isEmpty() ? "its root" : table));
      case 408, 504, 522, 524, 544 -> new PostgrestFailure.GatewayTimedOut(status);
      case 413, 414, 431 ->
          new PostgrestFailure.QuestionRefused("HTTP " + status, "it is too long");
      case 429 -> new PostgrestFailure.TooManyRequests(reply.retryAfter());
      case 540 -> new PostgrestFailure.ProjectPaused();
      default ->
          status < 400
              ? new PostgrestFailure.Garbage("HTTP " + status)
              : status >= 500
                  ? new PostgrestFailure.GatewayBroken(status, meaning(status))
                  : new PostgrestFailure.Other(status, "without a code", words(why, reply));
    };
  }

  /** The body itself where it is short, and not a page of a gateway. */
  private String words(String why, Reply reply) {
    String body = new String(reply.body(), StandardCharsets.UTF_8);
    boolean isShort = body.length() <= 1000 && !body.contains("<");
    return isShort && !body.isBlank() ? Foreign.clipped(body, key) : why;
  }

  private static String meaning(int status) {
    return switch (status) {
      case 502, 503, 521, 523, 530 -> "its gateway reaches nothing behind it";
      case 520 -> "its gateway got an answer it did not understand";
      case 525, 526 -> "its gateway fails at TLS with what is behind it";
      default -> "it failed inside";
    };
  }

  /** Once refused, the key itself is asked whether it ran out or belongs elsewhere. */
  private PostgrestFailure refusedKey(Said said) {
    Optional<PostgrestFailure> expired =
        kind.expiredFor(ticker.now()).map(ago -> new PostgrestFailure.KeyExpired(Optional.of(ago)));
    if (said.message().toLowerCase(Locale.ROOT).contains("expired")) {
      return expired.orElseGet(() -> new PostgrestFailure.KeyExpired(Optional.empty()));
    }
    return switch (kind.belongsTo(place)) {
      case NO ->
          new PostgrestFailure.KeyOfAnotherProject(
              project(kind).orElse(""), place.project().orElse(""));
      case YES, NOT_SAID ->
          expired.orElseGet(() ->
              new PostgrestFailure.KeyRefused(said.text().isEmpty() ? "HTTP 401" : said.text()));
    };
  }

  private static Optional<String> project(KeyKind kind) {
    return switch (kind) {
      case KeyKind.Token token -> token.project();
      case KeyKind.Publishable _, KeyKind.Elevated _, KeyKind.Unknown _ -> Optional.empty();
    };
  }

  private Said said(Reply reply) {
    try {
      JsonNode body = Json.read(reply.body());
      Form form = body.path("code").isString() ? Form.ERROR : Form.FOREIGN;
      return new Said(text(body, "code"), text(body, "message"), text(body, "hint"), form);
    } catch (JacksonException notJson) {
      return new Said("", "", "", Form.FOREIGN);
    }
  }

  private String text(JsonNode body, String name) {
    JsonNode value = body.path(name);
    return value.isString() ? Foreign.clipped(value.stringValue(), key) : "";
  }

  private static String host(String location) {
    try {
      return Optional.ofNullable(URI.create(location).getHost()).orElse("another path");
    } catch (IllegalArgumentException wrong) {
      return "an address that is none";
    }
  }
}
