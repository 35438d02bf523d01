package dev.metaops.config;

import java.util.List;
import java.util.Optional;

/**
 * Where {@code serve} answers what became of an order, for the venue's own front end.
 *
 * @param port 0 is whichever is free; empty when it does not answer
 * @param bind an address of this machine
 * @param origins of the pages that may ask, as browsers send them; none unless said
 * @param clients how many may follow at once
 */
public record OrderStatusSection(
    Optional<Integer> port, String bind, List<String> origins, int clients) {
  private static final int MOST_ORIGINS = 50;

  static final Key PORT =
      Key.of(
              "order-status",
              "port",
              "a port from 1 to 65535, 0 for any that is free, or off",
              "Where serve tells the venue's front end what becomes of an order, to whoever asks.")
          .standard("off");
  static final Key BIND =
      Key.of(
              "order-status",
              "bind",
              "an IP address of this machine",
              "On which address; meant to stand behind the venue's own front.")
          .standard("127.0.0.1");
  static final Key ORIGINS =
      Key.of(
          "order-status",
          "origins",
          "such as https://venue.example, separated by commas",
          "Pages of which origins may ask from a browser; none unless said.");
  static final Key CLIENTS =
      Key.of(
              "order-status",
              "clients",
              "a number from 1 to 20000",
              "How many may follow an order at once; the others are told to come again.")
          .standard("2000");
  static final List<Key> KEYS = List.of(PORT, BIND, ORIGINS, CLIENTS);

  static OrderStatusSection from(Section section) {
    String port = section.text(PORT, HttpSection::isPortOrOff);
    return new OrderStatusSection(
        port.equals("off") ? Optional.empty() : Optional.of(Integer.parseInt(port)),
        section.text(BIND, HttpSection::isAddress),
        section.list(
            ORIGINS, MOST_ORIGINS, text -> Optional.of(text).filter(OrderStatusSection::isOrigin)),
        section.number(CLIENTS, 1, 20_000));
  }

  private static boolean isOrigin(String text) {
    return text.length() <= 300 && text.matches("https?://[a-z0-9.\\-]+(:[0-9]{1,5})?");
  }
}
