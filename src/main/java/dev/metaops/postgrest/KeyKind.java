package dev.metaops.postgrest;

import dev.metaops.config.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an API key says about itself. Nothing is verified: only the server can; and nothing here
 * holds the key.
 *
 * <p>Formats: <a href="https://supabase.com/docs/guides/api/api-keys">supabase.com: API keys</a>.
 * Legacy keys are JWTs with the claims {@code role}, {@code ref}, {@code iat}, {@code exp}; the
 * newer are opaque. Secret keys and the role {@code service_role} have BYPASSRLS there.
 */
public sealed interface KeyKind {
  String SERVICE_ROLE = "service_role";

  /** The role a Supabase project gives who proves nothing more. */
  String ANONYMOUS = "anon";

  /**
   * A JSON Web Token.
   *
   * @param role the database role it asks for
   * @param project the reference of the project it was made for
   */
  record Token(Optional<String> role, Optional<String> project, Optional<Instant> expires)
      implements KeyKind {}

  /** {@code sb_publishable_…}: may be known to anybody, sees what policies let everybody see. */
  record Publishable() implements KeyKind {}

  /** {@code sb_secret_…}: for servers, bypasses row-level security. */
  record Elevated() implements KeyKind {}

  /** Neither. */
  record Unknown(String why) implements KeyKind {}

  /** Whether a key is one of the project that is asked. */
  enum Belonging {
    YES,
    NO,
    NOT_SAID
  }

  static KeyKind of(Secret key) {
    String text = key.reveal().strip();
    if (text.startsWith("sb_publishable_")) {
      return new Publishable();
    }
    if (text.startsWith("sb_secret_")) {
      return new Elevated();
    }
    String[] parts = text.split("\\.", -1);
    return parts.length == 3
        ? token(parts[1])
        : new Unknown("neither a JSON Web Token nor sb_publishable_… nor sb_secret_…");
  }

  private static KeyKind token(String payload) {
    try {
      byte[] json = Base64.getUrlDecoder().decode(payload);
      JsonNode claims = Json.read(json);
      return claims.isObject()
          ? new Token(text(claims, "role"), text(claims, "ref"), instant(claims.path("exp")))
          : new Unknown("a JSON Web Token without claims");
    } catch (IllegalArgumentException | JacksonException wrong) {
      return new Unknown("it looks like a JSON Web Token and cannot be read as one");
    }
  }

  private static Optional<String> text(JsonNode claims, String name) {
    JsonNode value = claims.path(name);
    return value.isString()
        ? Optional.of(Foreign.clipped(value.stringValue())).filter(text -> !text.isEmpty())
        : Optional.empty();
  }

  /** Seconds since 1970, RFC 7519 section 2; whatever no Instant can hold is not a time. */
  private static Optional<Instant> instant(JsonNode seconds) {
    return seconds.isNumber() && seconds.canConvertToLong()
        ? Optional.of(seconds.longValue())
            .filter(value -> value >= 0 && value <= Instant.MAX.getEpochSecond())
            .map(Instant::ofEpochSecond)
        : Optional.empty();
  }

  /** The database role its questions run as, when it can be told. */
  default Optional<String> role() {
    return switch (this) {
      case Token token -> token.role();
      case Publishable _ -> Optional.of(ANONYMOUS);
      case Elevated _ -> Optional.of(SERVICE_ROLE);
      case Unknown _ -> Optional.empty();
    };
  }

  /** How long ago it ran out, if it did. */
  default Optional<Duration> expiredFor(Instant now) {
    return switch (this) {
      case Token token ->
          token.expires().filter(end -> !end.isAfter(now)).map(end -> Duration.between(end, now));
      case Publishable _, Elevated _, Unknown _ -> Optional.empty();
    };
  }

  /** Whether it was made for the project of this place. */
  default Belonging belongsTo(PostgrestPlace place) {
    return switch (this) {
      case Token(_, Optional<String> mine, _) ->
          mine.isEmpty() || place.project().isEmpty()
              ? Belonging.NOT_SAID
              : mine.equals(place.project()) ? Belonging.YES : Belonging.NO;
      case Publishable _, Elevated _, Unknown _ -> Belonging.NOT_SAID;
    };
  }

  /** Whether an empty answer to this key means an empty table. */
  default Visibility visibility() {
    return switch (this) {
      case Elevated _ -> new Visibility.SeesAll("a secret key bypasses row-level security");
      case Publishable _ ->
          new Visibility.CannotTell(
              "a publishable key sees only the rows that policies show to everybody");
      case Token(Optional<String> role, _, _) ->
          role.filter(SERVICE_ROLE::equals).isPresent()
              ? new Visibility.SeesAll("the role service_role bypasses row-level security")
              : new Visibility.CannotTell(
                  "the role "
                      + role.orElse("of this key, which it does not name,")
                      + " sees only the rows that policies show to it");
      case Unknown(String why) ->
          new Visibility.CannotTell("the key is of no kind we know: " + why);
    };
  }

  /** For screens: {@code service role}, {@code role anon}, {@code publishable key}. */
  default String shown() {
    return switch (this) {
      case Elevated _ -> "secret key";
      case Publishable _ -> "publishable key";
      case Token(Optional<String> role, _, _) ->
          role.map(name -> name.equals(SERVICE_ROLE) ? "service role" : "role " + name)
              .orElse("token without a role");
      case Unknown _ -> "unknown kind of key";
    };
  }

  /** A JWT also proves who asks; Supabase's gateway refuses an opaque key said as one. */
  default boolean isBearer() {
    return switch (this) {
      case Token _, Unknown _ -> true;
      case Publishable _, Elevated _ -> false;
    };
  }
}
