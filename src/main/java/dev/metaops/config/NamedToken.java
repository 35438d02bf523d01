package dev.metaops.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a token is called on screens.
 *
 * @param address 0x and 40 lower-case digits
 * @param decimals how many digits of its base unit stand behind the point, 0 to 77
 */
public record NamedToken(String address, String symbol, int decimals) {
  private static final Pattern WORDS =
      Pattern.compile(
          "(0[xX][0-9a-fA-F]{40})\\s+([A-Za-z0-9][A-Za-z0-9.-]{0,15})\\s+([0-9]|[1-6][0-9]|7[0-7])");
  private static final String NATIVE = "0x" + "0".repeat(40);

  /** Reads {@code 0x… USDC 6}; empty when it is not that, or the chain's own coin. */
  static Optional<NamedToken> parse(String text) {
    Matcher words = WORDS.matcher(text);
    return words.matches()
        ? Optional.of(
                new NamedToken(
                    words.group(1).toLowerCase(Locale.ROOT),
                    words.group(2),
                    Integer.parseInt(words.group(3))))
            .filter(token -> !token.address().equals(NATIVE))
        : Optional.empty();
  }

  /** Takes its address and symbol; whether both were free. One symbol for two would mislead. */
  boolean isNew(Set<String> taken) {
    return taken.add(address) && taken.add(symbol);
  }
}
