package dev.metaops.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the record of interventions was at one moment: C2SP tlog-checkpoint with an extension line
 * of ours. Pure.
 *
 * @param origin which log
 * @param size how many seals it covers
 * @param root of the tree over them
 * @param chain the value of the last seal
 * @param epoch the highest epoch of a stream's lease, which only grows while a database is not set
 *     back
 * @param at when it was made, by the clock of who made it
 * @param nextKey with which later checkpoints are signed, where this one ends a key's time
 * @param restored where this one is the boundary after a database came back from a backup
 * @param outstanding what could still come of what was older; empty where nobody wrote that down
 */
public record Checkpoint(
    String origin,
    long size,
    Bytes root,
    Bytes chain,
    long epoch,
    Instant at,
    Optional<VerifierKey> nextKey,
    Optional<Restoration> restored,
    Optional<Outstanding> outstanding) {
  private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
  private static final Pattern EXTENSION =
      Pattern.compile("chain ([0-9a-f]{64}) epoch (0|[1-9][0-9]{0,17}) at (\\S{1,40})");
  private static final String NEXT_KEY = "next-key ";

  /** One that is no boundary and does not say what was open. */
  Checkpoint(
      String origin,
      long size,
      Bytes root,
      Bytes chain,
      long epoch,
      Instant at,
      Optional<VerifierKey> nextKey) {
    this(origin, size, root, chain, epoch, at, nextKey, Optional.empty(), Optional.empty());
  }

  /** The text that is signed. */
  String text() {
    return origin
        + "\n"
        + size
        + "\n"
        + root.base64()
        + "\nchain "
        + chain.hex()
        + " epoch "
        + epoch
        + " at "
        + at
        + "\n"
        + nextKey.map(key -> NEXT_KEY + key.text() + "\n").orElse("")
        + restored.map(Restoration::lines).orElse("")
        + outstanding.map(Outstanding::line).orElse("");
  }

  /** Empty when it is no checkpoint of ours. */
  public static Optional<Checkpoint> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 4
        || lines.stream().anyMatch(String::isEmpty)
        || !SIZE.matcher(lines.get(1)).matches()) {
      return Optional.empty();
    }
    Matcher extension = EXTENSION.matcher(lines.get(3));
    if (!extension.matches()) {
      return Optional.empty();
    }
    try {
      Bytes root = Bytes.ofBase64(lines.get(2));
      if (root.length() != MerkleTree.HASH) {
        return Optional.empty();
      }
      return Optional.of(
          new Checkpoint(
              lines.getFirst(),
              Long.parseLong(lines.get(1)),
              root,
              Bytes.ofHex(extension.group(1)),
              Long.parseLong(extension.group(2)),
              Instant.parse(extension.group(3)),
              lines.stream()
                  .skip(4)
                  .filter(line -> line.startsWith(NEXT_KEY))
                  .findFirst()
                  .map(line -> VerifierKey.parse(line.substring(NEXT_KEY.length()))),
              Restoration.parse(lines.subList(4, lines.size())),
              Outstanding.parse(lines.subList(4, lines.size()))));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
