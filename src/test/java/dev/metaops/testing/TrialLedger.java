package dev.metaops.testing;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.Ledger;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Rewound;
import dev.metaops.order.OrderTerms;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A ledger with the rows that rest on it, as tests drive and read it. */
public interface TrialLedger extends Ledger, AutoCloseable {
  /** As {@link dev.metaops.ledger.LedgerStore#openStream}. */
  void openStream(long chainId, Header start, SettleOn settleOn) throws SQLException;

  /** As {@link dev.metaops.ledger.LedgerStore#takeLease}. */
  Optional<Lease> takeLease(long chainId, String holder, Optional<String> over, Duration ttl)
      throws SQLException;

  /** The venue writes a new order, as CREATED. Its terms are whole. */
  void insert(OrderTerms terms) throws SQLException;

  /** The state of each row, by order id. */
  Map<String, String> rows() throws SQLException;

  /** As {@link dev.metaops.ledger.LedgerStore#events}. */
  List<Recorded> events(long chainId, long from, long to, int limit) throws SQLException;

  /** How many events are kept, orphans too. */
  long kept() throws SQLException;

  /** How much was refuted and is kept apart. */
  long refuted() throws SQLException;

  /** As {@link dev.metaops.ledger.CompletenessStore#certificates}. */
  List<Certificate> certificates(long chainId, int limit) throws SQLException;

  /** As {@link dev.metaops.ledger.CompletenessStore#rewind}. */
  Rewound rewind(long chainId, BlockRef to, String actor, String reason, String evidence)
      throws SQLException;

  /** Codes of the findings that are open, sorted. */
  List<String> findings() throws SQLException;

  @Override
  void close() throws SQLException;
}
