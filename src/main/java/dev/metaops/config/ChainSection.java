package dev.metaops.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The chain and who tells us about it.
 *
 * @param providers JSON-RPC over HTTP, each its own provider; empty when nobody said
 * @param expectedChainId another chain id is refused; empty until it is pinned at first start
 * @param settleOn {@code finalized}, {@code safe} or a number of confirmations
 * @param nativeSymbol what the chain's own token is called on screens
 * @param tokens what other tokens are called on screens; none is asked of the chain
 * @param finalityStalledAfter how long nothing may become final before orders say that they wait
 *     for it
 * @param headDownAfter how old the newest block may be before following it proves nothing
 */
public record ChainSection(
    List<Endpoint> providers,
    Optional<Endpoint> webSocket,
    Optional<Long> expectedChainId,
    String settleOn,
    String nativeSymbol,
    List<NamedToken> tokens,
    Duration finalityStalledAfter,
    Duration headDownAfter) {

  /** All of them may be asked at once: dev.metaops.rpc.Providers takes no more. */
  private static final int MOST_PROVIDERS = 16;

  static final Key RPC_URL =
      Key.of(
              "chain",
              "rpc-url",
              "1 to 16 http:// or https:// addresses, separated by commas or as a list",
              "JSON-RPC over HTTP; several addresses are several providers.")
          .variable("RPC_URL")
          .secret();
  static final Key RPC_WEB_SOCKET_URL =
      Key.of(
              "chain",
              "rpc-ws-url",
              "a ws:// or wss:// address",
              "Hints of new blocks; polling stays the truth.")
          .variable("RPC_WS_URL")
          .secret();
  static final Key EXPECTED_CHAIN_ID =
      Key.of("chain", "expected-chain-id", "a number from 1", "Another chain is refused.")
          .variable("EXPECTED_CHAIN_ID");
  static final Key SETTLE_ON =
      Key.of(
              "chain",
              "settle-on",
              "finalized, safe, or a number of confirmations",
              "When an event is final enough to move a row to a final state.")
          .standard("finalized");
  static final Key NATIVE_SYMBOL =
      Key.of(
              "chain",
              "native-symbol",
              "1 to 12 letters or digits",
              "What the chain's own token is called on screens.")
          .standard("ETH");
  static final Key TOKENS =
      Key.of(
          "chain",
          "tokens",
          "a token's address, symbol and decimals, as 0x… USDC 6, separated by commas or as a list;"
              + " no address and no symbol twice, and not the chain's own",
          "What the venue's tokens are called on screens; others are shown in base units.");
  static final Key FINALITY_STALLED_AFTER =
      Key.of(
              "chain",
              "finality-stalled-after",
              "a duration up to 7d; a number alone counts minutes",
              "How long nothing may become final before orders say that they wait for it.")
          .standard("30m");
  static final Key HEAD_DOWN_AFTER =
      Key.of(
              "chain",
              "head-down-after",
              "a duration up to 7d; a number alone counts minutes",
              "How old the chain's newest block may be before /health/truth is red.")
          .standard("2m");
  static final List<Key> KEYS =
      List.of(
          RPC_URL,
          RPC_WEB_SOCKET_URL,
          EXPECTED_CHAIN_ID,
          SETTLE_ON,
          NATIVE_SYMBOL,
          TOKENS,
          FINALITY_STALLED_AFTER,
          HEAD_DOWN_AFTER);

  public ChainSection {
    providers = List.copyOf(providers);
    tokens = List.copyOf(tokens);
  }

  static ChainSection from(Section section) {
    String nativeSymbol = section.text(NATIVE_SYMBOL, text -> text.matches("[A-Za-z0-9]{1,12}"));
    Set<String> taken = new HashSet<>(Set.of(nativeSymbol));
    return new ChainSection(
        numbered(section.list(RPC_URL, MOST_PROVIDERS, text -> Endpoint.read(text, Endpoint.HTTP))),
        section.read(RPC_WEB_SOCKET_URL, text -> Endpoint.read(text, Endpoint.WEB_SOCKET)),
        section.count(EXPECTED_CHAIN_ID, 1, Long.MAX_VALUE),
        section.text(SETTLE_ON, text -> text.matches("finalized|safe|[1-9][0-9]{0,5}")),
        nativeSymbol,
        section.list(TOKENS, text -> NamedToken.parse(text).filter(token -> token.isNew(taken))),
        section.duration(FINALITY_STALLED_AFTER, Duration.ofMinutes(1), Duration.ofDays(7)),
        section.duration(HEAD_DOWN_AFTER, Duration.ofMinutes(1), Duration.ofDays(7)));
  }

  /** Two keys of one host are two providers: whatever is known of one has to be told apart. */
  private static List<Endpoint> numbered(List<Endpoint> providers) {
    Map<String, Integer> seen = new HashMap<>();
    return providers.stream()
        .map(each -> {
          int count = seen.merge(each.place(), 1, Integer::sum);
          return count == 1
              ? each
              : new Endpoint(each.url(), each.host(), each.port(), each.place() + " #" + count);
        })
        .toList();
  }
}
