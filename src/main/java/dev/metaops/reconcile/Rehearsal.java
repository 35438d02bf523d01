package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hex;
import dev.metaops.escrow.EscrowView;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.rpc.Draft;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Reply;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What contracts would say to calls that nobody sends. A node that does not answer at all is {@link
 * dev.metaops.rpc.RpcUnavailable}. Thread-safe.
 */
public final class Rehearsal {
  /** What came of one call. */
  public sealed interface Rehearsed {
    record GoesThrough() implements Rehearsed {}

    /** The contract refuses. */
    record Reverts(String reason) implements Rehearsed {}

    /** It was not tried, or the node could not say. */
    record Untold(String why) implements Rehearsed {}
  }

  private final Transactions transactions;
  private final RevertReasons reasons;

  public Rehearsal(Provider provider, RevertReasons reasons) {
    this.transactions = new Transactions(provider);
    this.reasons = reasons;
  }

  /** Each call on the state of the latest block, in the order given. */
  public List<Rehearsed> of(List<Draft> drafts, Deadline deadline) {
    return transactions.drafts(drafts, deadline).stream().map(this::rehearsed).toList();
  }

  private Rehearsed rehearsed(Reply<byte[]> reply) {
    return switch (reply) {
      case Reply.Said<byte[]> _ -> new Rehearsed.GoesThrough();
      case Reply.Failed<byte[]>(RpcFailure failure) ->
          failure instanceof RpcFailure.Reverted(String data)
              ? new Rehearsed.Reverts(reasons.of(data))
              : new Rehearsed.Untold(failure.sentence());
    };
  }

  /** Who is the arbiter of each contract; those that do not say are missing. */
  public Map<Address, Address> arbiters(Collection<Address> contracts, Deadline deadline) {
    List<Address> asked = new ArrayList<>(contracts);
    String question = Hex.text(EscrowView.arbiter());
    List<Reply<byte[]>> replies =
        transactions.drafts(
            asked.stream().map(contract -> new Draft(Address.ZERO, contract, question)).toList(),
            deadline);
    Map<Address, Address> arbiters = new LinkedHashMap<>();
    for (int at = 0; at < asked.size(); at++) {
      Optional<Address> arbiter = replies.get(at).value().flatMap(EscrowView::readArbiter);
      if (arbiter.isPresent()) {
        arbiters.put(asked.get(at), arbiter.get());
      }
    }
    return arbiters;
  }
}
