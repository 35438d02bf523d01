package dev.metaops.rpc;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How nodes and providers say what they take at once. There is no code for it: their texts decide,
 * the more telling first. Numbers are read as the fewest blocks they can mean.
 */
final class Phrasebook {
  /** A phrase; group {@code most} is how much it takes. */
  private record Phrase(Excess.Of of, Pattern pattern) {
    static Phrase of(Excess.Of of, String pattern) {
      return new Phrase(of, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
    }
  }

  private static final String NUMBER = "(?<most>[0-9][0-9,.]{0,11}k?)\\b";

  private static final List<Phrase> PHRASES =
      List.of(
          Phrase.of(Excess.Of.BATCH, "batch.{0,20} of more than " + NUMBER), // dRPC
          Phrase.of(Excess.Of.BATCH, "batch limit " + NUMBER + " exceeded"), // Erigon
          Phrase.of(Excess.Of.BATCH, "max(?:imum)? batch size(?: is| of|:)? " + NUMBER),
          Phrase.of(
              Excess.Of.BATCH, "more than " + NUMBER + " (?:calls|requests) in (?:one|a) batch"),
          Phrase.of(
              Excess.Of.BATCH, "batch(?:ed)? (?:request|size|json-rpc)?[a-z ]{0,40}too large"),
          Phrase.of(Excess.Of.BATCH, "requests in batch exceeds"), // Besu
          Phrase.of(Excess.Of.BATCH, "batch size[a-z ]{0,20} exceed"), // Nethermind
          Phrase.of(
              Excess.Of.BATCH,
              "batch(?:ed)? (?:json-rpc )?(?:of [0-9]+|requests?)[a-z ]{0,20} not"
                  + " (?:supported|allowed)"),
          Phrase.of(Excess.Of.RESULTS, "log response size exceeded"), // Alchemy
          Phrase.of(
              Excess.Of.RESULTS, "query returned more than " + NUMBER + " results"), // Infura, geth
          Phrase.of(Excess.Of.RESULTS, "query exceeds max results " + NUMBER), // Reth, dRPC, Ankr
          Phrase.of(
              Excess.Of.RESULTS, "logs matched by query exceeds limit of " + NUMBER), // Arbitrum
          Phrase.of(
              Excess.Of.RESULTS, "query returned more than|max results|too many (?:results|logs)"),
          Phrase.of(
              Excess.Of.BYTES,
              "response size should not (?:be )?greater than " + NUMBER + " bytes"), // 1RPC
          Phrase.of(
              Excess.Of.BYTES,
              "response (?:size|is too (?:big|large)|too (?:big|large))"), // proxyd, Tenderly
          Phrase.of(
              Excess.Of.TIME,
              "query time ?-?out|query timed out|execution timeout|context"
                  + " deadline exceeded"), // geth, Infura
          Phrase.of(
              Excess.Of.BLOCKS,
              "requested too many blocks from [0-9]+ to [0-9]+, maximum is set to "
                  + NUMBER), // Avalanche
          Phrase.of(Excess.Of.BLOCKS, "max range: " + NUMBER), // Cloudflare
          Phrase.of(
              Excess.Of.BLOCKS, "allowed number of requested blocks is " + NUMBER), // thirdweb
          Phrase.of(
              Excess.Of.BLOCKS,
              "up to an? " + NUMBER + " blocks? range"), // Alchemy's free plan, Aurora
          Phrase.of(
              Excess.Of.BLOCKS,
              "limited to (?:an? )?(?:0 ?- ?)?"
                  + NUMBER
                  + " (?:blocks? )?(?:range|block)"), // QuickNode, 1RPC, BlockPI, Blast
          Phrase.of(
              Excess.Of.BLOCKS,
              "range is too (?:large|wide)[,(: ]{1,3}(?:max(?:imum)?(?: is)?:?) "
                  + NUMBER), // merkle, Moonriver
          Phrase.of(
              Excess.Of.BLOCKS,
              "allowed for your plan \\([0-9]+ > " + NUMBER + "\\)"), // Blast, paid
          Phrase.of(
              Excess.Of.BLOCKS, "limit the query to at most " + NUMBER + " blocks"), // Coinbase
          Phrase.of(
              Excess.Of.BLOCKS,
              "max(?:imum)? (?:block range|blocks distance|range limit)(?: is| of|:)? "
                  + NUMBER), // publicnode, BSC, Reth, Hyperliquid
          Phrase.of(Excess.Of.BLOCKS, "\\[from, to\\] blocks distance: " + NUMBER), // Ankr
          Phrase.of(
              Excess.Of.BLOCKS,
              "block range (?:is )?(?:greater than|exceeds) " + NUMBER), // Swell, Somnia
          Phrase.of(Excess.Of.BLOCKS, "ranges over " + NUMBER + " blocks"), // dRPC
          Phrase.of(Excess.Of.BLOCKS, "must be smaller than size " + NUMBER), // Harmony
          Phrase.of(
              Excess.Of.BLOCKS, "block range limit exceeded"), // Chainstack: 100 or 10,000 by plan
          Phrase.of(
              Excess.Of.BLOCKS,
              "range (?:is )?too (?:large|wide)|exceeds (?:the|maximum rpc) range|too many"
                  + " blocks|range limit")); // Ankr, Base, Besu

  private static final List<Pattern> FITS =
      List.of(
          Pattern.compile(
              "range[a-z ]{0,20}:? ?\\[?0x(?<from>[0-9a-f]{1,15}), ?0x(?<to>[0-9a-f]{1,15})",
              Pattern.CASE_INSENSITIVE), // Infura, Alchemy
          Pattern.compile(
              "with the range (?<fromDecimal>[0-9]{1,15}) ?- ?(?<toDecimal>[0-9]{1,15})",
              Pattern.CASE_INSENSITIVE)); // Reth

  private static final List<Pattern> PACE =
      List.of(
          Pattern.compile("([0-9]{1,5}) ?/ ?s(?:ec(?:ond)?)? request", Pattern.CASE_INSENSITIVE),
          Pattern.compile(
              "([0-9]{1,5}) ?(?:requests?|calls?|req) ?(?:/ ?|per |a )s(?:ec(?:ond)?)?\\b",
              Pattern.CASE_INSENSITIVE),
          Pattern.compile("([0-9]{1,5}) ?rps\\b", Pattern.CASE_INSENSITIVE));

  private static final Pattern LATER =
      Pattern.compile(
          "(?:retry|again|wait) (?:in|after|for)? ?([0-9]{1,5}) ?(ms|milli|s|m)",
          Pattern.CASE_INSENSITIVE);

  private Phrasebook() {}

  /** What was too much; empty when the text is about something else. */
  static Optional<Excess> excess(String message) {
    for (Phrase phrase : PHRASES) {
      Matcher matcher = phrase.pattern().matcher(message);
      if (matcher.find()) {
        return Optional.of(new Excess(phrase.of(), most(phrase, matcher), fits(message)));
      }
    }
    return Optional.empty();
  }

  private static Optional<Long> most(Phrase phrase, Matcher matcher) {
    return phrase.pattern().namedGroups().containsKey("most")
        ? Optional.of(number(matcher.group("most"))).filter(most -> most > 0)
        : Optional.empty();
  }

  private static long number(String text) {
    String digits = text.replaceAll("[^0-9]", "");
    long number = Long.parseLong(digits.isEmpty() ? "0" : digits);
    return text.toLowerCase(Locale.ROOT).endsWith("k") ? number * 1000 : number;
  }

  private static Optional<Excess.Blocks> fits(String message) {
    Matcher hex = FITS.get(0).matcher(message);
    if (hex.find()) {
      return blocks(Long.parseLong(hex.group("from"), 16), Long.parseLong(hex.group("to"), 16));
    }
    Matcher decimal = FITS.get(1).matcher(message);
    return decimal.find()
        ? blocks(
            Long.parseLong(decimal.group("fromDecimal")),
            Long.parseLong(decimal.group("toDecimal")))
        : Optional.empty();
  }

  private static Optional<Excess.Blocks> blocks(long from, long to) {
    return from <= to ? Optional.of(new Excess.Blocks(from, to)) : Optional.empty();
  }

  /** How many questions a second it takes; empty when the text does not say. */
  static Optional<Integer> callsASecond(String message) {
    for (Pattern pattern : PACE) {
      Matcher matcher = pattern.matcher(message);
      if (matcher.find()) {
        return Optional.of(Integer.parseInt(matcher.group(1))).filter(calls -> calls > 0);
      }
    }
    return Optional.empty();
  }

  /** How long it asks us to wait; empty when the text does not say. */
  static Optional<Duration> later(String message) {
    Matcher matcher = LATER.matcher(message);
    if (!matcher.find()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2).toLowerCase(Locale.ROOT);
    return Optional.of(
        switch (unit) {
          case "ms", "milli" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          default -> Duration.ofMinutes(number);
        });
  }
}
