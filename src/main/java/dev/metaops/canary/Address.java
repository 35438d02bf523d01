package dev.metaops.canary;

import dev.metaops.config.FrontendSection;
import dev.metaops.config.FrontendSection.Watched;
import dev.metaops.config.Secret;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a question goes. Prints nothing: its query and its user may be secrets.
 *
 * @param url without the user
 * @param authorization a header's value, where there was a user
 */
record Address(URI url, Optional<Secret> authorization) {
  private static final String SECURE = "https";

  /** An order's id breaks out of nothing. */
  static Address of(Watched watched, Optional<String> order) {
    String text =
        watched
            .url()
            .url()
            .reveal()
            .replace(
                FrontendSection.ORDER,
                URLEncoder.encode(order.orElse(""), StandardCharsets.UTF_8).replace("+", "%20"));
    URI whole = URI.create(text);
    return Optional.ofNullable(whole.getRawUserInfo())
        .map(user ->
            new Address(
                URI.create(
                    text.replaceFirst("//" + java.util.regex.Pattern.quote(user) + "@", "//")),
                Optional.of(basic(user))))
        .orElseGet(() -> new Address(whole, Optional.empty()));
  }

  private static Secret basic(String user) {
    String plain = URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
    return new Secret(
        "Basic " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
  }

  /** What is sent over a WebSocket; an order's id ends no text of its JSON. */
  static Optional<String> sent(Watched watched, Optional<String> order) {
    return watched
        .send()
        .map(text -> {
          String quoted = JsonMapper.shared().writeValueAsString(order.orElse(""));
          return text.reveal()
              .replace(FrontendSection.ORDER, quoted.substring(1, quoted.length() - 1));
        });
  }

  /** Where this leads on to, on the same site; empty when it leads anywhere else. */
  Optional<Address> onTo(String location) {
    try {
      URI next = url.resolve(location);
      boolean isSite = host(next).equals(host(url)) && next.getRawUserInfo() == null;
      boolean isSame = scheme(next).equals(scheme(url)) && port(next) == port(url);
      boolean isSecured = scheme(next).equals(SECURE) && !scheme(url).equals(SECURE);
      return isSite && (isSame || isSecured)
          ? Optional.of(new Address(next, authorization))
          : Optional.empty();
    } catch (IllegalArgumentException nowhere) {
      return Optional.empty();
    }
  }

  /** The host it names; nothing else of it is shown. */
  static String host(URI url) {
    return Optional.ofNullable(url.getHost()).orElse("").toLowerCase(Locale.ROOT);
  }

  private static String scheme(URI url) {
    return Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
  }

  private static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : scheme(url).equals(SECURE) ? 443 : 80;
  }

  @Override
  public String toString() {
    return host(url);
  }
}
