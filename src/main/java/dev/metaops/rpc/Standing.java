package dev.metaops.rpc;

import java.time.Instant;

/** What we think of a node right now. */
public sealed interface Standing {
  record Fit() implements Standing {}

  /** Its latest block is lower than one already told. */
  record Lagging(long blocks) implements Standing {}

  /** It failed again and again, or asked for a pause; others are asked first until then. */
  record Failing(RpcFailure last, Instant until) implements Standing {}

  /** It lied. Not asked until then, unless all nodes did. */
  record Quarantined(Instant until, String why) implements Standing {}

  /** It is asked for its chain again at intervals, and for nothing else. */
  record WrongChain(long expected, long got) implements Standing {}

  /** To follow the node's name and a colon. */
  default String sentence() {
    return switch (this) {
      case Fit() -> "fit";
      case Lagging(long blocks) -> blocks + (blocks == 1 ? " block" : " blocks") + " behind";
      case Failing(RpcFailure last, Instant until) ->
          "asked after the others until " + until + ": " + last.sentence();
      case Quarantined(Instant until, String why) -> "in quarantine until " + until + ", " + why;
      case WrongChain(long expected, long got) ->
          new RpcFailure.WrongChain(expected, got).sentence();
    };
  }
}
