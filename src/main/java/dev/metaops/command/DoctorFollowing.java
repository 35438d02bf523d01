package dev.metaops.command;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.config.Endpoint;
import dev.metaops.config.Settings;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Estimates what following the chain would cost its provider. */
record DoctorFollowing(Conversation conversation, Deadline deadline) {
  private static final String SUBJECT = "following";

  /** Over so many blocks the events of a block are averaged. */
  private static final long SAMPLE = 500;

  /** One look for each provider; the first is the one that is followed. */
  List<DoctorLook> looks() {
    Settings settings = conversation.settings();
    List<DoctorLook> looks = new ArrayList<>();
    List<Endpoint> providers = settings.chain().providers();
    for (int at = 0; at < providers.size(); at++) {
      looks.add(
          at == 0
              ? estimated(providers.getFirst())
              : DoctorLook.fine(
                  SUBJECT,
                  providers.get(at).place()
                      + ": nothing, the first provider is followed; commands ask this one"));
    }
    return looks;
  }

  private DoctorLook estimated(Endpoint endpoint) {
    try {
      Provider provider = Reach.provider(endpoint, Patience.ONCE, conversation.ticker());
      ChainHead head = provider.head(deadline);
      Optional<Duration> pace = ProviderLook.pace(provider, head.latest(), deadline);
      if (pace.isEmpty()) {
        return DoctorLook.fine(
            SUBJECT, endpoint.place() + ": not estimated, the time between blocks is not known");
      }
      Set<Address> contracts = EscrowReach.escrows(conversation.settings()).contracts();
      return said(
          endpoint.place(),
          new FollowingCost.Measured(
              pace.get(),
              provider.latestBlockBytes(deadline),
              logsPerBlock(provider, head.latest().number(), contracts),
              contracts.size()));
    } catch (RpcUnavailable unavailable) {
      return new DoctorLook(
          SUBJECT,
          ExitCode.COULD_NOT,
          "not estimated: " + ConfigInitLook.words(unavailable),
          "metaops health blockchain");
    } catch (IllegalArgumentException unusable) {
      return new DoctorLook(
          SUBJECT,
          ExitCode.COULD_NOT,
          "not estimated: " + unusable.getMessage(),
          "metaops config check");
    }
  }

  private double logsPerBlock(Provider provider, long newest, Set<Address> contracts) {
    if (contracts.isEmpty()) {
      return 0;
    }
    long oldest = Math.max(0, newest - SAMPLE + 1);
    long logs = provider.logs(oldest, newest, LogFilter.of(contracts), deadline).size();
    return (double) logs / (newest - oldest + 1);
  }

  private DoctorLook said(String place, FollowingCost.Measured measured) {
    Settings settings = conversation.settings();
    Duration poll = settings.listen().pollInterval();
    boolean isPushed = settings.chain().webSocket().isPresent();
    FollowingCost cost =
        isPushed ? FollowingCost.pushed(measured, poll) : FollowingCost.polling(measured, poll);
    FollowingCost least = FollowingCost.pushed(measured, FollowingCost.NET);
    long saved = cost.calls() - least.calls();
    String how =
        place
            + ": "
            + cost.sentence()
            + ", "
            + (isPushed ? "pushed, and a look every " : "by a look every ")
            + poll.toSeconds()
            + " s";
    return saved * 10 < cost.calls()
        ? DoctorLook.fine(SUBJECT, how)
        : new DoctorLook(
            SUBJECT,
            ExitCode.FINE,
            how,
            (isPushed ? "" : "set RPC_WS_URL, then ")
                + "listen.poll-interval = \""
                + FollowingCost.NET.toSeconds()
                + "s\" makes it "
                + least.sentence());
  }
}
