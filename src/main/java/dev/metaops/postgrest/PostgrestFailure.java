package dev.metaops.postgrest;

import dev.metaops.time.Ages;
import java.time.Duration;
import java.util.Optional;

/**
 * Why the REST door gave no usable answer. Text that came from outside is clipped, free of control
 * characters and of our key. An empty answer is no failure: see {@link Visibility}.
 */
public sealed interface PostgrestFailure {
  /** No connection, or one that broke. */
  record Unreachable(String why) implements PostgrestFailure {}

  /** The connection could not be made private. */
  record Tls(String why) implements PostgrestFailure {}

  /** The deadline passed first. */
  record NoAnswer(Duration waited) implements PostgrestFailure {}

  /** The key is missing, wrong, revoked or signed with another secret. */
  record KeyRefused(String why) implements PostgrestFailure {}

  /**
   * The key ran out.
   *
   * @param ago since when, when the key says it
   */
  record KeyExpired(Optional<Duration> ago) implements PostgrestFailure {}

  /** Refused, and the key says it was made for another project than the one asked. */
  record KeyOfAnotherProject(String keys, String asked) implements PostgrestFailure {}

  /** The key is good and its role may not do this. */
  record Forbidden(String role, String why) implements PostgrestFailure {}

  /** No such table or view in the schema, or none the server knows of yet. */
  record NoSuchTable(String table, String why) implements PostgrestFailure {}

  record NoSuchColumn(String why) implements PostgrestFailure {}

  /** The server does not offer this schema; {@code why} names those it does. */
  record SchemaNotExposed(String schema, String why) implements PostgrestFailure {}

  /** PostgreSQL gave the statement up after its role's statement_timeout. */
  record StatementTimedOut(String why) implements PostgrestFailure {}

  /** Something between us and the database gave up waiting. */
  record GatewayTimedOut(int status) implements PostgrestFailure {}

  /** Something between us and the database cannot reach what is behind it. */
  record GatewayBroken(int status, String why) implements PostgrestFailure {}

  /**
   * Too many questions.
   *
   * @param retryAfter how long it asks us to wait, when it says
   */
  record TooManyRequests(Optional<Duration> retryAfter) implements PostgrestFailure {}

  /** The Supabase project is paused. */
  record ProjectPaused() implements PostgrestFailure {}

  /** Supabase answers nothing for this project: quota exceeded, or a bill not paid. */
  record ProjectRestricted(String why) implements PostgrestFailure {}

  /** The database takes no writes, and what was asked would have been one. */
  record ReadOnly(String why) implements PostgrestFailure {}

  /** PostgREST runs, PostgreSQL behind it does not, or takes no more sessions. */
  record DatabaseAway(String code, String why) implements PostgrestFailure {}

  /** All of PostgREST's connections to PostgreSQL were taken for too long. */
  record PoolExhausted(String why) implements PostgrestFailure {}

  /** It understood the question and refuses it: a value that does not fit its column, too long. */
  record QuestionRefused(String code, String why) implements PostgrestFailure {}

  /** It sends us elsewhere; not followed, because the key would go there too. */
  record Redirected(String to) implements PostgrestFailure {}

  /** Not JSON, cut short, or not what was asked for. */
  record Garbage(String why) implements PostgrestFailure {}

  record TooLarge(long limitBytes) implements PostgrestFailure {}

  /** Anything else, in the server's own words. */
  record Other(int status, String code, String why) implements PostgrestFailure {}

  /** Our own thread was told to stop while waiting. */
  record Stopped() implements PostgrestFailure {}

  /** Whether the same question may be answered in a moment. */
  default boolean isTransient() {
    return switch (this) {
      case Unreachable _,
          NoAnswer _,
          GatewayTimedOut _,
          GatewayBroken _,
          TooManyRequests _,
          DatabaseAway _,
          PoolExhausted _ ->
          true;
      case Tls _,
          KeyRefused _,
          KeyExpired _,
          KeyOfAnotherProject _,
          Forbidden _,
          NoSuchTable _,
          NoSuchColumn _,
          SchemaNotExposed _,
          StatementTimedOut _,
          ProjectPaused _,
          ProjectRestricted _,
          ReadOnly _,
          QuestionRefused _,
          Redirected _,
          Garbage _,
          TooLarge _,
          Other _,
          Stopped _ ->
          false;
    };
  }

  /** What, why and what to do next, to follow the place and a colon. */
  default String sentence() {
    return switch (this) {
      case Unreachable(String why) ->
          "unreachable, " + why + " (check SUPABASE_URL, and the network from here)";
      case Tls(String why) ->
          "TLS failed, " + why + " (check the certificate, and https in the URL)";
      case NoAnswer(Duration waited) ->
          "no answer within " + brief(waited) + " (it hangs, or the network drops packets)";
      case KeyRefused(String why) ->
          "key refused, " + why + " (take SUPABASE_KEY from the project's settings, API keys)";
      case KeyExpired(Optional<Duration> ago) ->
          "key expired"
              + ago.map(age -> " " + brief(age) + " ago").orElse("")
              + " (take a new SUPABASE_KEY from the project's settings, API keys)";
      case KeyOfAnotherProject(String keys, String asked) ->
          "key refused, it is one of project "
              + keys
              + ", asked was "
              + asked
              + " (SUPABASE_URL and SUPABASE_KEY have to be of one project)";
      case Forbidden(String role, String why) ->
          "not allowed for " + role + ", " + why + " (use the service role's key, or grant it)";
      case NoSuchTable(String table, String why) ->
          "no table " + table + ", " + why + " (check its name and schema in the configuration)";
      case NoSuchColumn(String why) ->
          "no such column, " + why + " (check the column names in the configuration)";
      case SchemaNotExposed(String schema, String why) ->
          "schema "
              + schema
              + " is not offered, "
              + why
              + " (check it in the configuration, or expose it in the project's API settings)";
      case StatementTimedOut(String why) ->
          "the database gave the question up, "
              + why
              + " (ask for less, add an index, or raise the role's statement_timeout)";
      case GatewayTimedOut(int status) ->
          "its gateway got no answer in time, HTTP "
              + status
              + " (the database is overloaded or down: look at the project's health)";
      case GatewayBroken(int status, String why) ->
          why + ", HTTP " + status + " (look at the project's health and the vendor's status page)";
      case TooManyRequests(Optional<Duration> retryAfter) ->
          "too many requests"
              + retryAfter.map(pause -> ", it asks to wait " + brief(pause)).orElse("")
              + " (ask less often)";
      case ProjectPaused() ->
          "the project is paused, HTTP 540 (its owner resumes it in the dashboard)";
      case ProjectRestricted(String why) ->
          "the project is restricted, "
              + why
              + " (the organization's owner looks at usage and bills)";
      case ReadOnly(String why) ->
          "the database is read-only, "
              + why
              + " (a full disk does that at Supabase: free space or enlarge it)";
      case DatabaseAway(String code, String why) ->
          "PostgREST does not reach its database, "
              + why
              + ", "
              + code
              + " (is PostgreSQL up, and has it free connections?)";
      case PoolExhausted(String why) ->
          "all of its database connections are taken, "
              + why
              + " (find the slow queries in pg_stat_activity)";
      case QuestionRefused(String code, String why) ->
          "question refused, " + why + ", " + code + " (check the value against the column's type)";
      case Redirected(String to) ->
          "it redirects to " + to + ", not followed (put the final address into SUPABASE_URL)";
      case Garbage(String why) ->
          "answer not understood, "
              + why
              + " (check that the URL is a Supabase project or PostgREST)";
      case TooLarge(long limit) ->
          "answer larger than " + limit / (1 << 20) + " MB, not read (ask for fewer rows at once)";
      case Other(int status, String code, String why) ->
          "error " + code + ", " + why + ", HTTP " + status + " (look at the project's API logs)";
      case Stopped() -> "not asked to the end, we are stopping";
    };
  }

  private static String brief(Duration duration) {
    return duration.compareTo(Duration.ofSeconds(10)) < 0
        ? duration.toMillis() + " ms"
        : Ages.of(duration);
  }
}
