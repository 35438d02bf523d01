package dev.metaops.page;

import dev.metaops.amount.Amount;
import dev.metaops.amount.Token;
import dev.metaops.chain.Address;
import dev.metaops.config.Settings;
import dev.metaops.order.OrderTerms;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Amounts as this environment calls its tokens. Sums are per token and never added across. */
public final class Amounts {
  /** Each digit of the whole part that three, six or more follow. */
  private static final Pattern WHOLE =
      Pattern.compile("(?<=^[0-9]{0,80})[0-9](?=(?:[0-9]{3})+(?![0-9]))");

  private final Settings settings;
  private final Digits digits;
  private final Map<Address, BigInteger> sums = new TreeMap<>();
  private BigInteger nameless = BigInteger.ZERO;

  /** How long numbers are written. */
  public enum Digits {
    TOGETHER,
    /** {@code 1,200}, for those who have to read fast. */
    IN_THREES
  }

  public Amounts(Settings settings) {
    this(settings, Digits.TOGETHER);
  }

  public Amounts(Settings settings, Digits digits) {
    this.settings = settings;
    this.digits = digits;
  }

  /** One amount: the coin and named tokens in their units, any other token in base units. */
  public String of(BigInteger units, Address token) {
    return grouped(new Amount(units, token(token)).toString());
  }

  private String grouped(String amount) {
    return switch (digits) {
      case TOGETHER -> amount;
      case IN_THREES -> WHOLE.matcher(amount).replaceAll("$0,");
    };
  }

  /** As configured: the chain is not asked what a token calls itself, which anybody may choose. */
  private Token token(Address token) {
    return token.equals(Address.ZERO)
        ? Token.nativeCoin(settings.chain().nativeSymbol())
        : settings.chain().tokens().stream()
            .filter(named -> named.address().equals(token.text()))
            .findFirst()
            .map(named -> new Token(named.address(), named.symbol(), named.decimals()))
            .orElseGet(() -> new Token(token.text(), "units of " + token.brief(), 0));
  }

  /** A row's amount; a token its table does not name is taken for base units of something. */
  public String of(OrderTerms terms) {
    return terms.amount().map(units -> of(units, terms.token())).orElse("–");
  }

  /** A sum's amount, in the token's own unit where the table says which it is. */
  public String of(BigInteger units, Optional<Address> token) {
    return token.map(known -> of(units, known)).orElseGet(() -> units + " base units");
  }

  /** Adds a sum, when the table says of which token. */
  public Amounts add(BigInteger units, Optional<Address> token) {
    token.ifPresentOrElse(known -> add(units, known), () -> nameless = nameless.add(units));
    return this;
  }

  /** Adds a row's amount, when it has one and says of which token. */
  public Amounts add(OrderTerms terms) {
    terms.amount().ifPresent(units -> add(units, terms.token()));
    return this;
  }

  Amounts add(BigInteger units, Address token) {
    sums.merge(token, units, BigInteger::add);
    return this;
  }

  /** Everything added so far: {@code 3.82 ETH, 1200 USDC, 5 units of 0x…}. */
  public String sum() {
    List<String> parts = new ArrayList<>();
    sums.forEach((token, units) -> parts.add(of(units, token)));
    if (nameless.signum() > 0) {
      parts.add(nameless + " base units");
    }
    return parts.isEmpty() ? "0 " + settings.chain().nativeSymbol() : String.join(", ", parts);
  }
}
