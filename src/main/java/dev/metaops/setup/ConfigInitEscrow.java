package dev.metaops.setup;

import static dev.metaops.setup.ConfigLine.remark;
import static dev.metaops.setup.ConfigLine.told;
import static dev.metaops.setup.ConfigLine.untold;
import static dev.metaops.setup.ConfigLine.warning;

import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.contract.Proxy;
import dev.metaops.escrow.EscrowAbi;
import dev.metaops.escrow.KeyRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a look at the contract tells of sections escrow and escrow.events. Pure. */
final class ConfigInitEscrow {
  private static final String ESCROW = "escrow";
  private static final int SHOWN = 8;

  private ConfigInitEscrow() {}

  /**
   * The lines.
   *
   * @param rows how many rows of the table were compared with its events
   * @param abi the one that is configured; empty when none is
   */
  static List<ConfigLine> lines(
      ConfigInitSeen.Contract seen,
      Optional<ProfileGuess> profile,
      Optional<KeyGuess> keys,
      int rows,
      Optional<EscrowAbi> abi) {
    List<ConfigLine> lines = new ArrayList<>();
    switch (seen) {
      case ConfigInitSeen.Contract.NotConfigured() ->
          lines.add(
              new ConfigLine.Untold(
                  ESCROW,
                  "address",
                  ConfigLine.quoted("0x…"),
                  "No contract was looked at: set ESCROW_CONTRACT_ADDRESS and RPC_URL.",
                  ConfigLine.Weight.HEAVY));
      case ConfigInitSeen.Contract.Unread(String why) ->
          lines.add(warning(ESCROW, "The contract could not be read: " + why));
      case ConfigInitSeen.Contract.Read read -> read(read, profile, keys, rows, abi, lines);
    }
    return lines;
  }

  private static void read(
      ConfigInitSeen.Contract.Read read,
      Optional<ProfileGuess> profile,
      Optional<KeyGuess> keys,
      int rows,
      Optional<EscrowAbi> abi,
      List<ConfigLine> lines) {
    String address = read.observation().address().text();
    if (read.observation().code().isEmpty()) {
      lines.add(
          untold(
              ESCROW,
              "address",
              address,
              "There is no contract at this address on this chain: correct"
                  + " ESCROW_CONTRACT_ADDRESS or RPC_URL.",
              ConfigLine.Weight.HEAVY));
      return;
    }
    lines.add(
        told(
            ESCROW,
            "address",
            address,
            "There is a contract, with " + read.observation().code().size() + " bytes of code."));
    read.observation().proxy().ifPresent(proxy -> lines.add(proxy(proxy)));
    lines.add(remark(ESCROW, "metaops contract pin approves what is there now as the baseline."));
    profile.ifPresent(guess -> profile(guess, address, read, abi, lines));
    lines.add(fromBlock(read.birth()));
    if (profile.filter(guess -> guess.fit() != ProfileGuess.Fit.UNKNOWN).isPresent()) {
      key(profile.get(), read.recent(), keys, rows).ifPresent(lines::add);
    }
  }

  private static ConfigLine proxy(Proxy proxy) {
    return remark(
        ESCROW,
        "It is an "
            + proxy.kind().words()
            + "; the code that runs is that of "
            + proxy.implementation()
            + ". metaops contract verify watches it.");
  }

  private static void profile(
      ProfileGuess guess,
      String address,
      ConfigInitSeen.Contract.Read read,
      Optional<EscrowAbi> abi,
      List<ConfigLine> lines) {
    switch (guess.fit()) {
      case REGISTRY -> lines.add(told(ESCROW, "profile", "registry", because(guess)));
      case TRADE -> lines.add(told(ESCROW, "profile", "trade-instance", because(guess)));
      case FACTORY -> {
        lines.add(told(ESCROW, "profile", "trade-instance", because(guess)));
        lines.add(told(ESCROW, "factory", address, "The same contract: it makes the trades'."));
      }
      case UNKNOWN -> {
        lines.add(
            untold(
                ESCROW,
                "profile",
                "custom",
                because(guess)
                    + " Its own events need escrow.abi, and [escrow.events] to say what they mean."
                    + emitted(read.recent()),
                ConfigLine.Weight.HEAVY));
        lines.add(
            untold(
                ESCROW,
                "abi",
                "escrow.abi.json",
                "The ABI as its authors' compiler wrote it; an explorer shows it when the source is"
                    + " verified there.",
                ConfigLine.Weight.LIGHT));
        abi.ifPresent(given -> lines.addAll(EventGuess.lines(given)));
      }
    }
  }

  private static String because(ProfileGuess guess) {
    return guess.why().substring(0, 1).toUpperCase(java.util.Locale.ROOT)
        + guess.why().substring(1)
        + ".";
  }

  private static String emitted(ConfigInitSeen.Recent recent) {
    Map<String, Long> counts =
        recent.logs().stream()
            .collect(
                Collectors.groupingBy(
                    ConfigInitEscrow::topic, LinkedHashMap::new, Collectors.counting()));
    String counted =
        counts.entrySet().stream()
            .limit(SHOWN)
            .map(topic -> topic.getValue() + " of " + topic.getKey())
            .collect(Collectors.joining(", "));
    return " In blocks "
        + recent.from()
        + "-"
        + recent.to()
        + " it emitted "
        + (counted.isEmpty() ? "nothing" : counted)
        + ".";
  }

  private static String topic(Log log) {
    return log.topics().stream().findFirst().map(Hash::text).orElse("an anonymous event");
  }

  private static ConfigLine fromBlock(ConfigInitSeen.Birth birth) {
    return switch (birth) {
      case ConfigInitSeen.Birth.In(long block) ->
          new ConfigLine.Told(
              ESCROW, "from-block", Long.toString(block), "The first block with its code.");
      case ConfigInitSeen.Birth.Unknown(String why) ->
          new ConfigLine.Untold(
              ESCROW,
              "from-block",
              "0",
              "The block it was deployed in could not be told: "
                  + why
                  + ". An explorer shows it as the contract's creation; without it following begins"
                  + " at the oldest open order.",
              ConfigLine.Weight.LIGHT);
    };
  }

  private static Optional<ConfigLine> key(
      ProfileGuess profile, ConfigInitSeen.Recent recent, Optional<KeyGuess> keys, int rows) {
    KeyRule standard =
        profile.fit() == ProfileGuess.Fit.REGISTRY ? KeyRule.DERIVED : KeyRule.CONTRACT;
    if (keys.isPresent()) {
      return Optional.of(
          told(
              ESCROW,
              "key",
              keys.get().word(),
              "By this rule "
                  + keys.get().matched()
                  + " of "
                  + keys.get().rows()
                  + " rows name an escrow of its recent events."));
    }
    if (rows == 0 || recent.logs().isEmpty()) {
      return Optional.of(
          untold(
              ESCROW,
              "key",
              word(standard),
              "How rows name their escrow could not be compared: there "
                  + (rows == 0 ? "was no row" : "was no recent event")
                  + ". This is the profile's own way, and the default.",
              ConfigLine.Weight.LIGHT));
    }
    return Optional.of(
        untold(
            ESCROW,
            "key",
            word(standard),
            "None of "
                + rows
                + " rows names, by any rule, an escrow of the "
                + recent.logs().size()
                + " events in blocks "
                + recent.from()
                + "-"
                + recent.to()
                + ": the rows may be older, the key may stand in a column"
                + " (orders.columns.escrow-key), or the amounts may be of another scale"
                + " (orders.amount-decimals).",
            ConfigLine.Weight.HEAVY));
  }

  private static String word(KeyRule rule) {
    return rule.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
  }
}
