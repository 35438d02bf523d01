package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowKind;
import dev.metaops.order.SenderAccount;
import dev.metaops.order.SenderStanding;
import dev.metaops.order.SettlementGas;
import dev.metaops.rpc.LogFilter;
import dev.metaops.rpc.Provider;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what {@link SenderStanding} judges. Thread-safe. */
public final class SenderLook {
  /** Most providers allow 2,000 blocks a question, or more. */
  private static final long CHUNK = 2_000;

  /** How far back settlements are looked for: a few hours on a chain of two seconds a block. */
  private static final int CHUNKS = 5;

  private static final int MOST_SETTLEMENTS = 20;

  private final Provider provider;
  private final Transactions transactions;

  public SenderLook(Provider provider) {
    this.provider = provider;
    this.transactions = new Transactions(provider);
  }

  /**
   * How these accounts stand, in the order given; one the node did not tell about is missing.
   *
   * @throws RpcUnavailable when the node gives no answer
   */
  public List<SenderStanding> look(List<Address> senders, SettlementGas gas, Deadline deadline) {
    FeeMarket market = transactions.feeMarket(deadline);
    var reading = new SenderAccounts(transactions);
    Map<Address, SenderAccount> accounts = reading.read(senders, deadline);
    reading.addPools(senders, accounts, deadline);
    return senders.stream()
        .flatMap(sender -> Optional.ofNullable(accounts.get(sender)).stream())
        .map(account -> new SenderStanding(account, market, gas))
        .toList();
  }

  /** How much gas the contract's latest releases used; never throws for a node's failure. */
  public SettlementGas settlementGas(Registry registry, Deadline deadline) {
    try {
      List<Hash> settlements = settlements(registry, deadline);
      List<Long> used =
          transactions.gasUsed(settlements, deadline).stream()
              .flatMap(reply -> reply.value().stream())
              .sorted()
              .toList();
      return used.isEmpty()
          ? new SettlementGas.Assumed(
              "no settlement in the last " + CHUNK * CHUNKS + " blocks to measure")
          : new SettlementGas.Measured(used.get(used.size() / 2), used.size());
    } catch (RpcUnavailable unavailable) {
      return new SettlementGas.Assumed(
          "settlements could not be read, " + unavailable.failure().sentence());
    }
  }

  /** Transactions that released, each once, the newest first. */
  private List<Hash> settlements(Registry registry, Deadline deadline) {
    if (registry.escrows().contracts().isEmpty()) {
      return List.of();
    }
    var filter =
        new LogFilter(
            registry.escrows().contracts(), List.of(registry.escrows().profile().topics()));
    Set<Hash> found = new LinkedHashSet<>();
    long to = provider.head(deadline).latest().number();
    for (int chunk = 0; chunk < CHUNKS && found.size() < MOST_SETTLEMENTS; chunk++) {
      long from = Math.max(registry.escrows().firstBlock(), to - CHUNK + 1);
      if (from > to) {
        break;
      }
      for (Log log : provider.logs(from, to, filter, deadline).reversed()) {
        if (registry.escrows().decode(log) instanceof Decoded.Event(EscrowEvent event)
            && (event.kind() == EscrowKind.RELEASED || event.kind() == EscrowKind.PART_RELEASED)) {
          found.add(log.transaction());
        }
      }
      to = from - 1;
    }
    return new ArrayList<>(found).subList(0, Math.min(found.size(), MOST_SETTLEMENTS));
  }
}
