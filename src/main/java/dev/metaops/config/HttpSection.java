package dev.metaops.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where {@code serve} answers over HTTP, and whom.
 *
 * @param port 0 is whichever is free; empty when it does not answer
 * @param bind an address of this machine
 * @param hosts names it is reached by beside its addresses, in lower case
 * @param token what opens details; empty when {@code serve} makes one
 * @param details open to everybody only on loopback
 */
public record HttpSection(
    Optional<Integer> port,
    String bind,
    List<String> hosts,
    Optional<Secret> token,
    Details details) {

  /** Who is shown more than a summary. */
  public enum Details {
    /** Whoever has the token. */
    CREDENTIAL,
    /** Whoever asks, which a world without secrets may allow. */
    OPEN
  }

  private static final int MOST_HOSTS = 50;
  private static final String HOST_NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

  static final Key PORT =
      Key.of(
              "http",
              "port",
              "a port from 1 to 65535, 0 for any that is free, or off",
              "Where serve answers over HTTP: the live page, health and metrics.")
          .variable("METAOPS_PORT")
          .standard("3010");
  static final Key BIND =
      Key.of(
              "http",
              "bind",
              "an IP address of this machine",
              "On which address; anything but loopback shows summaries to others, and the token"
                  + " travels in clear text: put something that speaks TLS before it.")
          .standard("127.0.0.1");
  static final Key HOSTS =
      Key.of(
          "http",
          "hosts",
          "host names, without a port",
          "Names it is reached by. On loopback no other name than localhost is answered, and with"
              + " names none but these: a page of somebody else's cannot ask under its own.");
  static final Key TOKEN =
      Key.of(
              "http",
              "token",
              "16 to 200 letters, digits and -._~+/=",
              "Opens the live page, metrics and details of health; by default serve makes one, in"
                  + " http-token of the data directory.")
          .variable("METAOPS_TOKEN")
          .secret();
  static final Key DETAILS =
      Key.of(
              "http",
              "details",
              "credential, or on loopback open",
              "Whether details need the token, or are open to whoever reaches the port.")
          .standard("credential");
  static final List<Key> KEYS = List.of(PORT, BIND, HOSTS, TOKEN, DETAILS);

  static HttpSection from(Section section) {
    String port = section.text(PORT, HttpSection::isPortOrOff);
    String bind = section.text(BIND, HttpSection::isAddress);
    return new HttpSection(
        port.equals("off") ? Optional.empty() : Optional.of(Integer.parseInt(port)),
        bind,
        section.list(HOSTS, MOST_HOSTS, HttpSection::host),
        section.read(TOKEN, HttpSection::token),
        details(section, bind));
  }

  /** Whether nobody but this machine reaches it. */
  public boolean isLoopback() {
    return isLoopback(bind);
  }

  private static boolean isLoopback(String bind) {
    return bind.startsWith("127.") || bind.equals("::1");
  }

  private static Details details(Section section, String bind) {
    Details asked = section.choice(DETAILS, Details.class);
    if (asked == Details.OPEN && !isLoopback(bind)) {
      section.wrong(
          DETAILS.path(), "expected: credential, for http.bind is " + bind + " and not loopback");
      return Details.CREDENTIAL;
    }
    return asked;
  }

  private static Optional<String> host(String text) {
    return Optional.of(text.toLowerCase(Locale.ROOT)).filter(name -> name.matches(HOST_NAME));
  }

  private static Optional<Secret> token(String text) {
    return text.matches("[A-Za-z0-9._~+/=-]{16,200}")
        ? Optional.of(new Secret(text))
        : Optional.empty();
  }

  static boolean isAddress(String text) {
    return text.matches("[0-9.]{7,15}|[0-9a-fA-F:]{2,45}");
  }

  static boolean isPortOrOff(String text) {
    return text.equals("off") || (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535);
  }
}
