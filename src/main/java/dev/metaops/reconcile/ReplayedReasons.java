package dev.metaops.reconcile;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import dev.metaops.chain.Transaction;
import dev.metaops.escrow.RevertReasons;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.Reply;
import dev.metaops.rpc.RpcFailure;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why contracts refuse: the same call made again without sending it. A receipt does not keep the
 * reason. Thread-safe.
 */
final class ReplayedReasons {
  /** A transaction that a block holds and undid. */
  record Undone(Transaction transaction, BlockRef block) {}

  private final Provider provider;
  private final Transactions transactions;
  private final RevertReasons reasons;

  ReplayedReasons(Provider provider, Transactions transactions, RevertReasons reasons) {
    this.provider = provider;
    this.transactions = transactions;
    this.reasons = reasons;
  }

  /** What the contract says to each of these now; those it would accept are missing. */
  Map<Hash, String> refusals(List<Transaction> pending, Deadline deadline) {
    List<At> now = pending.stream().<At>map(_ -> At.Tag.LATEST).toList();
    List<Reply<byte[]>> replies = transactions.replays(pending, now, deadline);
    Map<Hash, String> refusals = new HashMap<>();
    for (int at = 0; at < pending.size(); at++) {
      if (replies.get(at) instanceof Reply.Failed<byte[]>(RpcFailure.Reverted(String data))) {
        refusals.put(pending.get(at).hash(), reasons.of(data));
      }
    }
    return refusals;
  }

  /** Why each was undone, from the state its block began with. */
  Map<Hash, String> of(List<Undone> undone, Deadline deadline) {
    if (undone.isEmpty()) {
      return Map.of();
    }
    List<Optional<Header>> blocks =
        provider.headers(undone.stream().map(each -> each.block().number()).toList(), deadline);
    List<Reply<Long>> gas =
        transactions.gasUsed(
            undone.stream().map(each -> each.transaction().hash()).toList(), deadline);
    List<Transaction> replayed = new ArrayList<>();
    List<At> before = new ArrayList<>();
    List<Reply<Long>> used = new ArrayList<>();
    for (int at = 0; at < undone.size(); at++) {
      BlockRef block = undone.get(at).block();
      Optional<Header> header = blocks.get(at).filter(found -> found.ref().equals(block));
      if (header.isPresent() && block.number() > 0) {
        replayed.add(undone.get(at).transaction());
        before.add(new At.Block(new BlockRef(block.number() - 1, header.get().parentHash())));
        used.add(gas.get(at));
      }
    }
    List<Reply<byte[]>> replies = transactions.replays(replayed, before, deadline);
    Map<Hash, String> why = new HashMap<>();
    for (int at = 0; at < replayed.size(); at++) {
      Transaction transaction = replayed.get(at);
      why.put(transaction.hash(), reason(replies.get(at), transaction, used.get(at).value()));
    }
    return why;
  }

  private String reason(Reply<byte[]> reply, Transaction transaction, Optional<Long> used) {
    boolean usedAll = used.filter(gas -> gas >= transaction.gasLimit()).isPresent();
    String outOfGas = "out of gas, all " + transaction.gasLimit() + " of its limit were used";
    return switch (reply) {
      case Reply.Said<byte[]> _ ->
          usedAll
              ? outOfGas
              : "no reason found, on the state before its block the same call succeeds (an earlier"
                  + " transaction of that block came first)";
      case Reply.Failed<byte[]>(RpcFailure failure) -> {
        if (failure instanceof RpcFailure.Reverted(String data)) {
          yield usedAll && data.equals("0x") ? outOfGas : reasons.of(data);
        }
        yield usedAll ? outOfGas : "no reason found, its replay failed: " + failure.sentence();
      }
    };
  }
}
