package dev.metaops.ledger;

import dev.metaops.testing.MemoryLedger;
import dev.metaops.testing.SettableTicker;
import dev.metaops.testing.TrialLedger;

/** The ledger that thousands of seeds are followed into. */
class MemoryLedgerTest extends LedgerContract {
  @Override
  TrialLedger ledger() {
    return new MemoryLedger(new SettableTicker());
  }
}
