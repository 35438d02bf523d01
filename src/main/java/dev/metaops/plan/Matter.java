package dev.metaops.plan;

import dev.metaops.chain.Hash;
import java.time.Instant;

/**
 * What people stand behind: a plan's text, or another that takes two of them.
 *
 * @param digest of the text that is signed
 * @param actor whose matter it is
 * @param others how many people it takes beside them, 0 or 1
 * @param from words from before this moment do not count
 * @param until nor those from after this one, to the millisecond
 * @param orders how many it moves, for what one person alone may do
 */
public record Matter(
    Hash digest, String actor, int others, Instant from, Instant until, int orders) {
  static Matter of(FrozenPlan plan) {
    return new Matter(
        plan.digest(),
        plan.actor(),
        plan.planClass().others(),
        plan.createdAt(),
        plan.expiresAt(),
        plan.moves().size());
  }
}
