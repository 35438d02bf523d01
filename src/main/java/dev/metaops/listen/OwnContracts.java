package dev.metaops.listen;

import dev.metaops.chain.Address;
import dev.metaops.chain.Log;
import dev.metaops.escrow.Decoded;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.escrow.EscrowStorage;
import dev.metaops.escrow.Escrows;
import dev.metaops.ledger.Ledger;
import dev.metaops.rpc.At;
import dev.metaops.rpc.Providers;
import dev.metaops.rpc.Purpose;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which contracts of one order each are followed: those the factory announces, and those an open
 * order's row names and whose code is the configured one. With one contract for all orders: none.
 */
final class OwnContracts {
  /** New contracts taken up in one batch. */
  private static final int MOST_NEW = 100;

  /** Blocks; the code of a contract that rows name before it is there. */
  private static final long LOOKED_AT_AGAIN_AFTER = 16;

  private final Escrows escrows;
  private final Providers providers;
  private final Ledger ledger;
  private final long chainId;

  /** Contracts without the right code, and the head at which that was seen. */
  private final Map<Address, Long> strangers = new HashMap<>();

  OwnContracts(Escrows escrows, Providers providers, Ledger ledger, long chainId) {
    this.escrows = escrows;
    this.providers = providers;
    this.ledger = ledger;
    this.chainId = chainId;
  }

  Set<Address> followed() throws SQLException {
    return escrows.profile().isContractPerOrder() ? ledger.followed(chainId) : Set.of();
  }

  /** Contracts that rows name, that are the venue's, and that are not followed yet. */
  Set<Address> newInRows(long head, Deadline deadline) throws SQLException {
    if (!(escrows.profile().storage() instanceof EscrowStorage.PerOrder storage)
        || storage.code().isEmpty()) {
      return Set.of();
    }
    Set<Address> found = new HashSet<>();
    strangers.values().removeIf(seen -> seen + LOOKED_AT_AGAIN_AFTER <= head);
    for (Address contract : ledger.contractsToFollow(chainId, strangers.keySet(), MOST_NEW)) {
      byte[] code =
          providers
              .ask(
                  Purpose.FOLLOW,
                  (provider, within) -> provider.code(contract, At.Tag.LATEST, within),
                  deadline)
              .value();
      if (storage.vouchesFor(code)) {
        found.add(contract);
      } else {
        strangers.put(contract, head);
      }
    }
    return found;
  }

  /** Contracts that the factory announces in these logs. */
  Set<Address> announced(List<Log> logs) {
    Set<Address> found = new HashSet<>();
    if (escrows.profile().factory().isEmpty()) {
      return found;
    }
    for (Log log : logs) {
      if (escrows.decode(log) instanceof Decoded.Event(EscrowEvent event)
          && !event.contract().equals(log.address())) {
        found.add(event.contract());
      }
    }
    return found;
  }
}
