package dev.metaops.api;

import dev.metaops.config.HttpSection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * By which names this server may be asked, and from pages of which origin. A page of somebody else
 * whose name was made to point here asks under that name, and is not answered. Pure.
 */
final class Places {
  private static final String LOCALHOST = "localhost";
  private static final String LOOPBACK = "127\\.[0-9.]{1,13}|\\[::1\\]";
  private static final String ADDRESS = "[0-9.]{7,15}|\\[[0-9a-f:.]{2,45}\\]";

  private final boolean isLoopback;
  private final List<String> names;

  Places(HttpSection where) {
    this.isLoopback = where.isLoopback();
    this.names = where.hosts();
  }

  /**
   * @param host the header, with or without a port
   */
  boolean isOurs(String host) {
    String name = name(host);
    if (name.equals(LOCALHOST) || names.contains(name) || name.matches(LOOPBACK)) {
      return true;
    }
    // No name can be made to point to an address.
    return !isLoopback && (name.matches(ADDRESS) || names.isEmpty());
  }

  /**
   * @param origin the header, which only a page sends that asks across origins
   */
  static boolean isSame(Optional<String> origin, String host) {
    return origin
        .map(text -> text.toLowerCase(Locale.ROOT))
        .filter(text -> !text.endsWith("://" + host.toLowerCase(Locale.ROOT)))
        .isEmpty();
  }

  /** For people: what a host would have to be. */
  String expected() {
    String configured = names.isEmpty() ? "" : ", " + String.join(", ", names);
    return LOCALHOST + (isLoopback ? "" : ", an address") + configured + "; http.hosts names more";
  }

  private static String name(String host) {
    return host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
  }
}
