package dev.metaops.testing;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.ChainHead;
import dev.metaops.chain.Header;
import dev.metaops.chain.SettleOn;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Gap;
import dev.metaops.ledger.HeldLog;
import dev.metaops.ledger.Lease;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.Recorded;
import dev.metaops.ledger.Reread;
import dev.metaops.ledger.Resynced;
import dev.metaops.ledger.Rewound;
import dev.metaops.ledger.Stream;
import dev.metaops.order.OrderTerms;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The real one, in an embedded database of its own. */
public final class StoredLedger implements TrialLedger {
  private final Connection connection;
  private final LedgerStore store;

  /** In a fresh database. */
  public StoredLedger() throws SQLException {
    this.connection = TestPostgres.withOrdersSchema().connect(TestPostgres.minute());
    this.store = new LedgerStore(connection);
    try (var statement = connection.createStatement()) {
      // No test here ends the server; waiting for the disk would prove nothing.
      statement.execute("SET synchronous_commit = off");
    }
  }

  @Override
  public void openStream(long chainId, Header start, SettleOn settleOn) throws SQLException {
    store.openStream(chainId, start, settleOn);
  }

  @Override
  public Optional<Lease> takeLease(long chainId, String holder, Optional<String> over, Duration ttl)
      throws SQLException {
    return store.takeLease(chainId, holder, over, ttl);
  }

  @Override
  public void insert(OrderTerms terms) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "INSERT INTO public.orders"
                + " (id, buyer, seller, token, amount, escrow_contract, escrow_key)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, terms.orderId());
      statement.setString(2, terms.buyer().orElseThrow().text());
      statement.setString(3, terms.seller().orElseThrow().text());
      statement.setString(4, terms.token().orElseThrow().text());
      statement.setBigDecimal(5, new BigDecimal(terms.amount().orElseThrow()));
      statement.setString(6, terms.contract().orElseThrow().text());
      statement.setString(7, terms.key().orElseThrow().text());
      statement.executeUpdate();
    }
  }

  @Override
  public Map<String, String> rows() throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (var statement = connection.prepareStatement("SELECT id, state FROM public.orders");
        var found = statement.executeQuery()) {
      while (found.next()) {
        rows.put(found.getString(1), found.getString(2));
      }
    }
    return rows;
  }

  @Override
  public List<Recorded> events(long chainId, long from, long to, int limit) throws SQLException {
    return store.events(chainId, from, to, limit);
  }

  @Override
  public long kept() throws SQLException {
    try (var statement = connection.prepareStatement("SELECT count(*) FROM metaops.event");
        var found = statement.executeQuery()) {
      found.next();
      return found.getLong(1);
    }
  }

  @Override
  public long refuted() throws SQLException {
    try (var statement = connection.prepareStatement("SELECT count(*) FROM metaops.refuted_event");
        var found = statement.executeQuery()) {
      found.next();
      return found.getLong(1);
    }
  }

  @Override
  public Set<HeldLog> held(long chainId, long from, long to) throws SQLException {
    return store.held(chainId, from, to);
  }

  @Override
  public List<Certificate> certificates(long chainId, int limit) throws SQLException {
    return store.completeness().certificates(chainId, limit);
  }

  @Override
  public Rewound rewind(long chainId, BlockRef to, String actor, String reason, String evidence)
      throws SQLException {
    return store.completeness().rewind(chainId, to, actor, reason, evidence);
  }

  @Override
  public List<String> findings() throws SQLException {
    List<String> codes = new ArrayList<>();
    try (var statement =
            connection.prepareStatement(
                "SELECT code FROM metaops.finding WHERE cleared_at IS NULL ORDER BY code");
        var found = statement.executeQuery()) {
      while (found.next()) {
        codes.add(found.getString(1));
      }
    }
    return codes;
  }

  @Override
  public Optional<Stream> stream() throws SQLException {
    return store.stream();
  }

  @Override
  public Applied apply(Lease lease, Batch batch) throws SQLException {
    return store.apply(lease, batch);
  }

  @Override
  public Reported report(Lease lease, Optional<ChainHead> head, Optional<String> trouble)
      throws SQLException {
    return store.report(lease, head, trouble);
  }

  @Override
  public Reported finalityViolated(Lease lease, String sentence, List<Header> theirs)
      throws SQLException {
    return store.finalityViolated(lease, sentence, theirs);
  }

  @Override
  public void finalityWaits(Lease lease, Optional<String> why) throws SQLException {
    store.finalityWaits(lease, why);
  }

  @Override
  public List<BlockRef> canonicalBlocks(long chainId, long downFrom, int limit)
      throws SQLException {
    return store.canonicalBlocks(chainId, downFrom, limit);
  }

  @Override
  public Optional<BlockRef> standsOn(long chainId, long from) throws SQLException {
    return store.standsOn(chainId, from);
  }

  @Override
  public Provable provable(long chainId) throws SQLException {
    return store.provable(chainId);
  }

  @Override
  public Set<Address> followed(long chainId) throws SQLException {
    return store.followed(chainId);
  }

  @Override
  public Set<Address> contractsToFollow(long chainId, Set<Address> without, int limit)
      throws SQLException {
    return store.contractsToFollow(chainId, without, limit);
  }

  @Override
  public Resynced resync(Reread reread) throws SQLException {
    return store.resync(reread);
  }

  @Override
  public List<Gap> gaps(long chainId, String scope, Agreement agreement, int limit)
      throws SQLException {
    return store.gaps(chainId, scope, agreement, limit);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
