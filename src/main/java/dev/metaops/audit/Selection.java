package dev.metaops.audit;

import java.time.Instant;
import java.util.Optional;

/** Which records are asked for. */
public record Selection(Instant since, Optional<String> orderId, Optional<String> kind) {
  /** Which come first. */
  public enum Sequence {
    NEWEST_FIRST,
    OLDEST_FIRST
  }

  public static Selection since(Instant since) {
    return new Selection(since, Optional.empty(), Optional.empty());
  }

  public Selection ofOrder(String id) {
    return new Selection(since, Optional.of(id), kind);
  }

  public Selection ofKind(String only) {
    return new Selection(since, orderId, Optional.of(only));
  }
}
