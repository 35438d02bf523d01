package dev.metaops.rpc;

import java.time.Instant;
import java.util.List;

/** Something about the nodes of a chain that somebody should hear of. */
public sealed interface Noticed {
  /** Evidence worth keeping. */
  record Lied(Provider by, Lie lie) implements Noticed {}

  /**
   * It is not asked until then.
   *
   * @param times how often it was put there, from 1
   */
  record Quarantined(Provider provider, Instant until, int times, String why) implements Noticed {}

  /** Its quarantine is over; it is asked again, and the next lie counts double. */
  record Returned(Provider provider) implements Noticed {}

  /** Every node of the right chain is in quarantine; this one, the least guilty, is asked. */
  record AllInQuarantine(Provider asked) implements Noticed {}

  /** It belongs to another chain. */
  record WrongChain(Provider provider, long expected, long got) implements Noticed {}

  /**
   * Every node that answers is below a block already told: the chain may have been cut.
   *
   * @param silent the nodes that gave no answer
   */
  record HeadWentBack(long from, long to, Provider by, List<Provider> silent) implements Noticed {
    public HeadWentBack {
      silent = List.copyOf(silent);
    }
  }

  /** One sentence that names the node. */
  default String sentence() {
    return switch (this) {
      case Lied(Provider by, Lie lie) -> by.endpoint() + " " + lie.kind().words();
      case Quarantined(Provider provider, Instant until, int times, String why) ->
          provider.endpoint()
              + " is in quarantine until "
              + until
              + (times == 1 ? "" : ", for the " + times + "th time")
              + ": it "
              + why;
      case Returned(Provider provider) ->
          provider.endpoint() + " is out of quarantine and asked again";
      case AllInQuarantine(Provider asked) ->
          "every node of this chain is in quarantine; "
              + asked.endpoint()
              + " is asked all the same";
      case WrongChain(Provider provider, long expected, long got) ->
          provider.endpoint() + ": " + new RpcFailure.WrongChain(expected, got).sentence();
      case HeadWentBack(long from, long to, Provider by, List<Provider> silent) ->
          "the chain's head went back from block "
              + from
              + " to "
              + to
              + " ("
              + by.endpoint()
              + "): it may have been cut"
              + (silent.isEmpty() ? "" : ", or the nodes that do not answer know more");
    };
  }
}
