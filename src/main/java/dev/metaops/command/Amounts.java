package dev.metaops.command;

import dev.metaops.amount.Amount;
import dev.metaops.amount.Token;
import dev.metaops.chain.Address;
import dev.metaops.config.Settings;
import dev.metaops.order.OrderTerms;
import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Amounts as this environment calls its tokens. Sums are per token and never added across. */
final class Amounts {
  private final Settings settings;
  private final Map<Address, BigInteger> sums = new TreeMap<>();

  Amounts(Settings settings) {
    this.settings = settings;
  }

  /** One amount: the chain's own coin in its unit, any other token in base units. */
  String of(BigInteger units, Address token) {
    return new Amount(
            units,
            token.equals(Address.ZERO)
                ? Token.nativeCoin(settings.chain().nativeSymbol())
                : new Token(token.text(), "units of " + token.brief(), 0))
        .toString();
  }

  /** A row's amount; a token its table does not name is taken for base units of something. */
  String of(OrderTerms terms) {
    return terms
        .amount()
        .map(units ->
            terms.token().map(token -> of(units, token)).orElseGet(() -> units + " base units"))
        .orElse("–");
  }

  /** Adds a row's amount, when it has one and says of which token. */
  Amounts add(OrderTerms terms) {
    terms.amount().ifPresent(units -> terms.token().ifPresent(token -> add(units, token)));
    return this;
  }

  Amounts add(BigInteger units, Address token) {
    sums.merge(token, units, BigInteger::add);
    return this;
  }

  /** Everything added so far: {@code 3.82 ETH, 1200 units of 0x…}. */
  String sum() {
    return sums.isEmpty()
        ? "0 " + settings.chain().nativeSymbol()
        : sums.entrySet().stream()
            .map(sum -> of(sum.getValue(), sum.getKey()))
            .collect(Collectors.joining(", "));
  }
}
