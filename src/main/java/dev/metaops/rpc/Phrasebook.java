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
  /** A phrase, in which # stands for how much it takes. */
  private record Phrase(Excess.Of of, Pattern pattern) {
    static Phrase of(Excess.Of of, String phrase) {
      String pattern = phrase.replace("#", "(?<most>[0-9][0-9,.]{0,11}k?)\\b");
      return new Phrase(of, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
    }
  }

  private static Phrase batch(String phrase) {
    return Phrase.of(Excess.Of.BATCH, phrase);
  }

  private static Phrase results(String phrase) {
    return Phrase.of(Excess.Of.RESULTS, phrase);
  }

  private static Phrase bytes(String phrase) {
    return Phrase.of(Excess.Of.BYTES, phrase);
  }

  private static Phrase time(String phrase) {
    return Phrase.of(Excess.Of.TIME, phrase);
  }

  private static Phrase range(String phrase) {
    return Phrase.of(Excess.Of.BLOCKS, phrase);
  }

  private static final List<Phrase> PHRASES =
      List.of(
          batch("batch.{0,20} of more than #"), // dRPC
          batch("batch limit # exceeded"), // Erigon
          batch("max(?:imum)? batch size(?: is| of|:)? #"),
          batch("more than # (?:calls|requests) in (?:one|a) batch"),
          batch("batch(?:ed)?[a-z -]{0,40}too large"), // geth, Reth
          batch("requests in batch exceeds"), // Besu
          batch("batch size[a-z ]{0,20} exceed"), // Nethermind
          batch("batch(?:ed)?[a-z0-9 -]{0,30} not (?:supported|allowed)"), // jsonrpsee
          results("log response size exceeded"), // Alchemy
          results("query returned more than # results"), // Infura, geth
          results("query exceeds max results #"), // Reth, dRPC, LlamaRPC
          results("logs matched by query exceeds limit of #"), // Arbitrum
          results("query returned more than|max results|too many (?:results|logs)"),
          time("query time ?-?out|query timed out|context deadline exceeded"), // geth, Alchemy
          bytes("response size should not (?:be )?greater than # bytes"), // 1RPC
          bytes("response (?:size|is too (?:big|large)|too (?:big|large))"), // OP stack, Tenderly
          range(
              "requested too many blocks from [0-9]+ to [0-9]+, maximum is set to #"), // Avalanche
          range("max range: #"), // Cloudflare
          range("allowed number of requested blocks is #"), // thirdweb
          range("up to an? # blocks? range"), // Alchemy's free plan, Aurora
          range("limited to (?:an? )?(?:0 ?- ?)?# (?:blocks? )?(?:range|block)"), // QuickNode, 1RPC
          range("range is too (?:large|wide)[,(: ]{1,3}max(?:imum)?(?: is)?:? #"), // merkle
          range("allowed for your plan \\([0-9]+ > #\\)"), // Blast, paid
          range("limit the query to at most # blocks"), // Coinbase
          range("max(?:imum)? (?:block range|range limit)(?: is| of|:)? #"), // publicnode, Reth
          range("\\[from, to\\] blocks distance: #"), // Ankr
          range("block range (?:is )?(?:greater than|exceeds) #"), // Swell, Somnia
          range("ranges over # blocks"), // dRPC
          range("must be smaller than size #"), // Harmony
          range("block range limit exceeded"), // Chainstack: 100 or 10,000 by plan
          range("range (?:is )?too (?:large|wide)|too many blocks"), // Ankr, Base
          range("exceeds (?:the|maximum rpc) range|range limit")); // Besu

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
