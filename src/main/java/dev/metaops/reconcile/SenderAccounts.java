package dev.metaops.reconcile;

import dev.metaops.chain.Address;
import dev.metaops.chain.Transaction;
import dev.metaops.order.SenderAccount;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Reply;
import dev.metaops.rpc.Transactions;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads where accounts stand, many in three requests. Thread-safe. */
final class SenderAccounts {
  /** A pool is asked for per sender; a venue has few. */
  private static final int MOST_POOLS = 10;

  private final Transactions transactions;

  SenderAccounts(Transactions transactions) {
    this.transactions = transactions;
  }

  /** Without their pools. Accounts the node did not tell about are missing. */
  Map<Address, SenderAccount> read(List<Address> addresses, Deadline deadline) {
    List<Reply<Long>> latest = transactions.nonces(addresses, At.Tag.LATEST, deadline);
    List<Reply<Long>> pending = transactions.nonces(addresses, At.Tag.PENDING, deadline);
    List<Reply<BigInteger>> balances = transactions.balances(addresses, At.Tag.LATEST, deadline);
    Map<Address, SenderAccount> accounts = new HashMap<>();
    for (int at = 0; at < addresses.size(); at++) {
      Address address = addresses.get(at);
      Optional<Long> nonce = latest.get(at).value();
      Optional<BigInteger> balance = balances.get(at).value();
      if (nonce.isPresent() && balance.isPresent()) {
        accounts.put(
            address,
            new SenderAccount(
                address, nonce.get(), pending.get(at).value(), balance.get(), Optional.empty()));
      }
    }
    return accounts;
  }

  /** Adds the pools of these, as far as the node shows them. */
  void addPools(List<Address> addresses, Map<Address, SenderAccount> accounts, Deadline deadline) {
    for (Address address : addresses.stream().limit(MOST_POOLS).toList()) {
      Optional<List<Transaction>> pool = transactions.pooled(address, deadline);
      if (pool.isEmpty()) {
        return;
      }
      accounts.computeIfPresent(address, (_, account) -> account.withPool(pool));
    }
  }
}
