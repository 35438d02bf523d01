package dev.metaops.rpc;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a node answers. The URL often holds an API key, so nothing but scheme, host and port is
 * ever shown.
 *
 * @param name what people call this node
 * @param url the whole URL, secret
 */
public record Endpoint(String name, URI url) {
  private static final Set<String> SCHEMES = Set.of("http", "https", "ws", "wss");

  private static final Pattern SEPARATORS = Pattern.compile("[/?&=@:]+");

  /** Shorter parts of a path are words like "v3" or "polygon". */
  private static final int SHORTEST_KEY = 8;

  public Endpoint {
    String scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme) || url.getHost() == null) {
      throw new IllegalArgumentException(
          "URL of " + name + ": ‹hidden› (expected: http, https, ws or wss, then ://host)");
    }
  }

  /** Reads a URL; the refusal does not repeat it. */
  public static Endpoint parse(String name, String url) {
    try {
      return new Endpoint(name, new URI(url.strip()));
    } catch (URISyntaxException wrong) {
      throw new IllegalArgumentException(
          "URL of " + name + ": ‹hidden›, wrong at character " + (wrong.getIndex() + 1));
    }
  }

  /** Itself, when its URL has one of these schemes; else refused. */
  Endpoint requireScheme(String plain, String secure) {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals(plain) && !scheme.equals(secure)) {
      throw new IllegalArgumentException(
          "URL of " + this + " (expected: " + plain + ":// or " + secure + "://)");
    }
    return this;
  }

  /** What proves who we are, when the URL holds a user. */
  public Optional<String> authorization() {
    return Optional.ofNullable(url.getUserInfo())
        .map(user -> user.getBytes(StandardCharsets.UTF_8))
        .map(bytes -> "Basic " + Base64.getEncoder().encodeToString(bytes));
  }

  /** Scheme, host and port. */
  public String shown() {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }

  /** Text from outside without anything of this URL that may be a key. */
  String redact(String foreign) {
    String clean = foreign;
    for (String part : SEPARATORS.split(url.getRawSchemeSpecificPart(), -1)) {
      if (part.length() >= SHORTEST_KEY && !part.contains(url.getHost())) {
        clean = clean.replace(part, "‹hidden›");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    return shown().contains(name) ? shown() : name + " (" + shown() + ")";
  }
}
