package dev.metaops.connection;

import dev.metaops.connection.Trail.Taken;

/** A target of which it is known before setting out that no way leads there. */
public record Unusable(String subject, String place, Hop hop, String why, String next)
    implements Target {
  @Override
  public void walk(Trail trail) {
    trail.hop(hop, () -> Taken.blocked(why, next));
  }
}
