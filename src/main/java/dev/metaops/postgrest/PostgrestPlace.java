package dev.metaops.postgrest;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a PostgREST answers.
 *
 * @param base without a slash at its end, a user, a query or a fragment
 * @param root where below it the tables are
 */
public record PostgrestPlace(URI base, Root root) {
  /** Supabase's gateway has its PostgREST here. */
  static final String PREFIX = "/rest/v1";

  private static final List<String> SUPABASE_HOSTS = List.of(".supabase.co", ".supabase.in");

  /** Where the tables are. */
  public enum Root {
    /** At the base itself: PostgREST without a gateway, or a base that names the prefix. */
    BARE,
    /** Below {@code /rest/v1}, as behind Supabase's gateway. */
    PREFIXED,
    /** Not known; the first call asks. */
    TO_BE_ASKED
  }

  public PostgrestPlace {
    String scheme = Optional.ofNullable(base.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    boolean isHttp = scheme.equals("http") || scheme.equals("https");
    if (!isHttp || base.getHost() == null) {
      throw new IllegalArgumentException(
          "URL of the REST door: ‹hidden› (expected: https://host, as https://abcd.supabase.co)");
    }
    if (base.getRawUserInfo() != null
        || base.getRawQuery() != null
        || base.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "URL of the REST door at "
              + base.getHost()
              + ": holds a user, a ? or a # (expected: none; the key is a setting of its own)");
    }
    base = URI.create(base.toString().replaceAll("/+$", ""));
  }

  /**
   * Tells the root from the URL where it can: {@code https://abcd.supabase.co}, any base that ends
   * in {@code /rest/v1}; else the first call asks.
   */
  public static PostgrestPlace of(URI url) {
    PostgrestPlace asked = new PostgrestPlace(url, Root.TO_BE_ASKED);
    if (asked.base.toString().endsWith(PREFIX)) {
      return new PostgrestPlace(url, Root.BARE);
    }
    return asked.project().isPresent() ? new PostgrestPlace(url, Root.PREFIXED) : asked;
  }

  /** The project's reference, when the host says it; a domain of one's own does not. */
  public Optional<String> project() {
    String host = base.getHost().toLowerCase(Locale.ROOT);
    return SUPABASE_HOSTS.stream()
        .filter(host::endsWith)
        .map(end -> host.substring(0, host.length() - end.length()))
        .filter(ref -> !ref.isEmpty() && !ref.contains("."))
        .findFirst();
  }

  /** Host, and port when the URL says one. */
  @Override
  public String toString() {
    return base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + base.getPort();
  }
}
