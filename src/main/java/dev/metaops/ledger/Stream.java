package dev.metaops.ledger;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.SettleOn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where following a chain stands, as any process can read it.
 *
 * @param now the orders database's clock when this was read; the other instants are on it too, but
 *     for the block times
 * @param cursor the last block whose events are in the ledger
 * @param settledNumber the highest block that counts as final, -1 before the first
 * @param headSeenAt when the holder last got an answer about the head
 * @param frozen the newest active freeze
 * @param unmatched escrows that no order row has
 * @param quarantined mapped events that do not decode
 * @param waiting rows that could not be moved yet
 * @param unfolded escrows that an order row has by now, or again, and that wait to be folded
 * @param finalityWaits why nothing more becomes final, though the chain says it could
 */
public record Stream(
    long chainId,
    Instant now,
    BlockRef cursor,
    Instant cursorTime,
    SettleOn settleOn,
    long settledNumber,
    Optional<Instant> settledMovedAt,
    Optional<Long> headNumber,
    Optional<Instant> headTime,
    Optional<Instant> headSeenAt,
    Optional<Instant> appliedAt,
    Optional<String> trouble,
    Optional<Instant> troubleSince,
    Optional<String> leaseHolder,
    long leaseEpoch,
    Optional<Instant> leaseExpiresAt,
    Optional<Freeze> frozen,
    int unmatched,
    int quarantined,
    int waiting,
    int unfolded,
    Optional<FinalityWaits> finalityWaits) {

  /** The code of the finding it is kept as. */
  public static final String FINALITY_WAITS = "finality-waits";

  /** Too few nodes vouch for what is final. */
  public record FinalityWaits(Instant since, String why) {}

  /** Why nothing is written, by whom, since when. */
  public record Freeze(String id, String actor, String reason, Instant at) {}

  /** How long ago the ledger was last known to agree with the head: age of the last good look. */
  public Duration staleness() {
    return headSeenAt
        .map(seen -> Duration.between(seen, now))
        .filter(age -> !age.isNegative())
        .orElse(Duration.ZERO)
        .plus(behind());
  }

  /** How far the cursor's block is behind the head's, by block time. */
  public Duration behind() {
    return headTime
        .map(head -> Duration.between(cursorTime, head))
        .filter(gap -> !gap.isNegative())
        .orElse(Duration.ZERO);
  }

  /** Blocks between the cursor and the head last seen. */
  public long blocksBehind() {
    return Math.max(0, headNumber.orElse(cursor.number()) - cursor.number());
  }

  /** The last moment at which the holder did anything that can be seen here. */
  public Optional<Instant> lastSign() {
    return headSeenAt
        .filter(seen -> appliedAt.filter(seen::isBefore).isEmpty())
        .or(() -> appliedAt);
  }

  public boolean isHeld() {
    return leaseHolder.isPresent()
        && leaseExpiresAt.filter(expiry -> expiry.isAfter(now)).isPresent();
  }
}
