package dev.metaops.chaos;

import java.util.Locale;

/**
 * Refuses ranges of blocks over N, each in the words of a provider. The texts were seen in public
 * error reports and in the phrase books of Ponder, Envio and others; {@code %1$d} is the limit, and
 * {@code %2$x} to {@code %3$x} the part of the range that would be answered.
 */
public enum RangeLimit implements Kind {
  PLAIN("max-range", -32602, "block range is too wide: more than %1$d blocks"),
  ALCHEMY(
      "max-range-alchemy",
      -32600,
      "Under the Free tier plan, you can make eth_getLogs requests with up to a %1$d block range."
          + " Based on your parameters, this block range should work: [0x%2$x, 0x%3$x]. Upgrade to"
          + " PAYG for expanded block range."),
  INFURA(
      "max-range-infura",
      -32005,
      "query returned more than 10000 results. Try with this block range [0x%2$X, 0x%3$X]."),
  QUICKNODE("max-range-quicknode", -32614, "eth_getLogs is limited to a %1$,d range"),
  LLAMA(
      "max-range-llama", -32602, "query exceeds max results 20000, retry with the range %2$d-%3$d"),
  CHAINSTACK(
      "max-range-chainstack",
      -32000,
      "Block range limit exceeded. See more details at"
          + " https://docs.chainstack.com/docs/limits#evm-range-limits"),
  DRPC("max-range-drpc", -32000, "ranges over %1$d blocks are not supported on freetier"),
  AVALANCHE(
      "max-range-avalanche",
      -32000,
      "requested too many blocks from %2$d to %3$d, maximum is set to %1$d"),
  PUBLICNODE("max-range-publicnode", -32701, "exceed maximum block range: %1$d");

  private final String word;
  private final int code;
  private final String words;

  RangeLimit(String word, int code, String words) {
    this.word = word;
    this.code = code;
    this.words = words;
  }

  int code() {
    return code;
  }

  /** What it says to someone who asked from this block on. */
  String words(long limit, long from) {
    return String.format(Locale.ROOT, words, limit, from, from + limit - 1);
  }

  @Override
  public String word() {
    return word;
  }

  @Override
  public Subject subject() {
    return Subject.ANSWER;
  }

  @Override
  public Measure measure() {
    return Measure.BLOCKS;
  }

  @Override
  public String sentence() {
    return this == PLAIN
        ? "eth_getLogs refuses ranges of more than N blocks"
        : "the same in the words of "
            + switch (this) {
              case PLAIN -> "nobody";
              case ALCHEMY -> "Alchemy";
              case INFURA -> "Infura";
              case QUICKNODE -> "QuickNode";
              case LLAMA -> "LlamaRPC";
              case CHAINSTACK -> "Chainstack";
              case DRPC -> "dRPC";
              case AVALANCHE -> "Avalanche";
              case PUBLICNODE -> "PublicNode";
            };
  }
}
