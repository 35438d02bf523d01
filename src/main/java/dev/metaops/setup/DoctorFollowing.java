package dev.metaops.setup;

import dev.metaops.chain.Address;
import dev.metaops.chain.ChainHead;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.config.Endpoint;
import dev.metaops.config.Settings;
import dev.metaops.look.ProviderLook;
import dev.metaops.reach.EscrowReach;
import dev.metaops.reach.Reach;
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
  private static final String BUDGET = "rpc.budget";

  /** Over so many blocks the events of a block are averaged. */
  private static final long SAMPLE = 500;

  /** One look for the provider that is preferred, and one for the others where there are some. */
  List<DoctorLook> looks() {
    List<Endpoint> providers = conversation.settings().chain().providers();
    return providers.isEmpty() ? List.of() : estimated(providers.getFirst());
  }

  private List<DoctorLook> estimated(Endpoint endpoint) {
    try {
      Provider provider = Reach.provider(endpoint, Patience.ONCE, conversation.ticker());
      ChainHead head = provider.head(deadline);
      Optional<Duration> pace = ProviderLook.pace(provider, head.latest(), deadline);
      if (pace.isEmpty()) {
        return List.of(
            DoctorLook.fine(
                SUBJECT,
                endpoint.place() + ": not estimated, the time between blocks is not known"));
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
      return List.of(
          new DoctorLook(
              SUBJECT,
              ExitCode.COULD_NOT,
              "not estimated: " + ConfigInitLook.words(unavailable),
              "metaops health blockchain"));
    } catch (IllegalArgumentException unusable) {
      return List.of(
          new DoctorLook(
              SUBJECT,
              ExitCode.COULD_NOT,
              "not estimated: " + unusable.getMessage(),
              "metaops config check"));
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

  private List<DoctorLook> said(String place, FollowingCost.Measured measured) {
    Settings settings = conversation.settings();
    Duration poll = settings.listen().pollInterval();
    boolean isPushed = settings.chain().webSocket().isPresent();
    int nodes = settings.chain().providers().size();
    boolean isVouched = nodes > 1 && settings.listen().anchors() > 1;
    FollowingCost alone =
        isPushed ? FollowingCost.pushed(measured, poll) : FollowingCost.polling(measured, poll);
    FollowingCost least = FollowingCost.pushed(measured, FollowingCost.NET);
    FollowingCost vouching = FollowingCost.vouching(measured);
    FollowingCost looking = FollowingCost.looking(measured, settings.health().interval());
    FollowingCost others = isVouched ? vouching.and(looking) : looking;
    FollowingCost cost = alone.and(others);
    FollowingCost leastInAll = least.and(others);
    String how =
        place
            + ": "
            + cost.sentence()
            + ", "
            + (isPushed ? "pushed, and a look every " : "by a look every ")
            + poll.toSeconds()
            + " s";
    String saving =
        (cost.calls() - leastInAll.calls()) * 10 < cost.calls()
            ? ""
            : (isPushed ? "" : "set RPC_WS_URL, then ")
                + "listen.poll-interval = \""
                + FollowingCost.NET.toSeconds()
                + "s\" makes it "
                + leastInAll.sentence();
    List<DoctorLook> looks = new ArrayList<>();
    looks.add(new DoctorLook(SUBJECT, ExitCode.FINE, how, saving));
    if (nodes > 1) {
      looks.add(
          DoctorLook.fine(
              SUBJECT,
              "each of the other "
                  + (nodes - 1)
                  + ": "
                  + others.sentence()
                  + (isVouched
                      ? " to vouch for what is final and for how it is"
                      : " for how it is, while the first answers")
                  + "; as much as the first where it is the fitter one"));
    }
    looks.add(budget(cost, saving));
    return looks;
  }

  /** Any of the providers may be the one that is followed, so each needs all of it. */
  private DoctorLook budget(FollowingCost cost, String saving) {
    Optional<Long> budget = conversation.settings().rpc().budget();
    if (budget.isEmpty()) {
      return DoctorLook.fine(BUDGET, "not set: each provider is asked as often as needed");
    }
    String share =
        FollowingCost.number(budget.get())
            + " calls a day and provider, following needs about "
            + FollowingCost.number(cost.calls())
            + " ("
            + FollowingCost.number(Math.round(100.0 * cost.calls() / budget.get()))
            + " %)";
    if (cost.calls() <= budget.get()) {
      return DoctorLook.fine(BUDGET, share + "; verdicts and sweeps take the rest");
    }
    return new DoctorLook(
        BUDGET,
        ExitCode.WARNING,
        share + ": the ledger will fall behind when it is spent",
        "set rpc.budget to "
            + cost.calls() * 5 / 4
            + " or more"
            + (saving.isEmpty() ? "" : ", or " + saving));
  }
}
