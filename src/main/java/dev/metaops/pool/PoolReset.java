package dev.metaops.pool;

import java.time.Instant;
import java.util.List;

/**
 * What came of one request to renew the pool.
 *
 * @param request which
 * @param closed connections that rested
 * @param takenBack who had held one too long
 * @param kept who has one still, which is closed when it comes back
 * @param trouble why no new connection could be opened; empty when one answered
 */
public record PoolReset(
    String request,
    Instant at,
    int closed,
    List<String> takenBack,
    List<String> kept,
    String trouble) {
  public PoolReset {
    takenBack = List.copyOf(takenBack);
    kept = List.copyOf(kept);
  }
}
