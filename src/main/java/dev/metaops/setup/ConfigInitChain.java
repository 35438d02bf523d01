package dev.metaops.setup;

import static dev.metaops.setup.ConfigLine.told;
import static dev.metaops.setup.ConfigLine.untold;
import static dev.metaops.setup.ConfigLine.warning;

import dev.metaops.time.Ages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a look at the chain tells of sections chain and listen. Pure. */
final class ConfigInitChain {
  private static final String CHAIN = "chain";

  /** Chain ids and coins: <a href="https://github.com/ethereum-lists/chains">chains</a>. */
  private static final Map<Long, String> COINS =
      Map.ofEntries(
          Map.entry(1L, "ETH"),
          Map.entry(10L, "ETH"),
          Map.entry(56L, "BNB"),
          Map.entry(100L, "XDAI"),
          Map.entry(137L, "POL"),
          Map.entry(250L, "FTM"),
          Map.entry(324L, "ETH"),
          Map.entry(8453L, "ETH"),
          Map.entry(31_337L, "ETH"),
          Map.entry(42_161L, "ETH"),
          Map.entry(42_220L, "CELO"),
          Map.entry(43_114L, "AVAX"),
          Map.entry(59_144L, "ETH"),
          Map.entry(80_002L, "POL"),
          Map.entry(534_352L, "ETH"),
          Map.entry(11_155_111L, "ETH"));

  private ConfigInitChain() {}

  /**
   * The lines.
   *
   * @param expected the chain id that is configured
   */
  static List<ConfigLine> lines(ConfigInitSeen.Chain seen, Optional<Long> expected) {
    return switch (seen) {
      case ConfigInitSeen.Chain.NotConfigured() ->
          List.of(
              warning(CHAIN, "Nobody said where a node is: set RPC_URL, and start init again."));
      case ConfigInitSeen.Chain.Unread(String why) ->
          List.of(
              warning(
                  CHAIN,
                  "The chain could not be read: "
                      + why
                      + ". metaops connections test walks there."));
      case ConfigInitSeen.Chain.Read read -> read(read, expected);
    };
  }

  private static List<ConfigLine> read(ConfigInitSeen.Chain.Read read, Optional<Long> expected) {
    List<ConfigLine> lines = new ArrayList<>();
    long pinned = expected.orElse(read.id());
    lines.add(
        new ConfigLine.Told(
            CHAIN,
            "expected-chain-id",
            Long.toString(pinned),
            pinned == read.id()
                ? "The node says so; another chain is refused from now on."
                : "As configured."));
    if (pinned != read.id()) {
      lines.add(
          warning(
              CHAIN,
              "The node is one of chain "
                  + read.id()
                  + ", expected is "
                  + pinned
                  + ": correct RPC_URL or EXPECTED_CHAIN_ID. What was seen on it means nothing."));
    }
    lines.add(settleOn(read));
    lines.add(
        Optional.ofNullable(COINS.get(read.id()))
            .map(coin -> told(CHAIN, "native-symbol", coin, "The coin of chain " + read.id() + "."))
            .orElseGet(() ->
                untold(
                    CHAIN,
                    "native-symbol",
                    "ETH",
                    "Chain " + read.id() + " is none of the well-known ones; look its coin up.",
                    ConfigLine.Weight.LIGHT)));
    lines.add(
        untold(
            "listen",
            "poll-interval",
            "1s",
            "The default. "
                + read.pace()
                    .map(pace -> "Blocks come every " + Ages.of(pace) + " or so")
                    .orElse("How often blocks come could not be measured")
                + "; metaops doctor estimates what following costs a day.",
            ConfigLine.Weight.LIGHT));
    return lines;
  }

  private static ConfigLine settleOn(ConfigInitSeen.Chain.Read read) {
    if (read.head().finalized().isPresent()) {
      return told(
          CHAIN,
          "settle-on",
          "finalized",
          "The node knows the tag: its final block is "
              + (read.head().latest().number() - read.head().finalized().get().number())
              + " behind the head.");
    }
    if (read.head().safe().isPresent()) {
      return told(CHAIN, "settle-on", "safe", "The node knows no finalized block, but a safe one.");
    }
    return untold(
        CHAIN,
        "settle-on",
        "64",
        "The node knows neither a finalized nor a safe block: nothing would ever be final. Say"
            + " after how many confirmations this chain takes nothing back.",
        ConfigLine.Weight.HEAVY);
  }
}
