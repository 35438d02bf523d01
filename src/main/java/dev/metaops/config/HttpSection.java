package dev.metaops.config;

import java.util.List;
import java.util.Optional;

/**
 * Where {@code serve} answers over HTTP.
 *
 * @param port 0 is whichever is free; empty when it does not answer
 * @param bind an address of this machine
 */
public record HttpSection(Optional<Integer> port, String bind) {
  static final Key PORT =
      Key.of(
              "http",
              "port",
              "a port from 1 to 65535, 0 for any that is free, or off",
              "Where serve answers over HTTP: health and metrics.")
          .variable("METAOPS_PORT")
          .standard("3010");
  static final Key BIND =
      Key.of(
              "http",
              "bind",
              "an IP address of this machine",
              "On which address; anything but loopback shows the state of the venue to others.")
          .standard("127.0.0.1");
  static final List<Key> KEYS = List.of(PORT, BIND);

  static HttpSection from(Section section) {
    String port = section.text(PORT, HttpSection::isPortOrOff);
    return new HttpSection(
        port.equals("off") ? Optional.empty() : Optional.of(Integer.parseInt(port)),
        section.text(BIND, HttpSection::isAddress));
  }

  static boolean isAddress(String text) {
    return text.matches("[0-9.]{7,15}|[0-9a-fA-F:]{2,45}");
  }

  static boolean isPortOrOff(String text) {
    return text.equals("off") || (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= 65_535);
  }
}
