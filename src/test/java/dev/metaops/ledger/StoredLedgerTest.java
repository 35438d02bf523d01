package dev.metaops.ledger;

import dev.metaops.testing.StoredLedger;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;

/** The ledger in the orders database. */
class StoredLedgerTest extends LedgerContract {
  @Override
  TrialLedger ledger() throws SQLException {
    return new StoredLedger();
  }
}
