package dev.metaops.stories;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import dev.metaops.ledger.Certificate;
import dev.metaops.ledger.Recorded;
import dev.metaops.rpc.Provider;
import dev.metaops.sim.SimChain;
import dev.metaops.sim.SimMarket;
import dev.metaops.sim.SimOrder;
import dev.metaops.testing.TrialLedger;
import dev.metaops.time.Deadline;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the simulator knows of a market, to be compared with what a ledger holds of it.
 *
 * @param honest a node that says what is so
 */
record SimTruth(SimMarket market, SimChain chain, Provider honest) {
  /** A row that says something else than the chain. */
  record Wrong(String id, String is, String truth) {}

  /**
   * Each event and certificate that is otherwise in this ledger, which was followed to the head.
   */
  List<String> otherwise(TrialLedger ledger, Deadline deadline) throws SQLException {
    List<String> otherwise = new ArrayList<>();
    events(ledger.events(SimChain.CHAIN_ID, 0, chain.headNumber(), 100_000), otherwise);
    certificates(ledger.certificates(SimChain.CHAIN_ID, 100_000), otherwise, deadline);
    return otherwise;
  }

  List<Wrong> wrongRows(Map<String, String> rows) {
    List<Wrong> wrong = new ArrayList<>();
    market
        .rows()
        .forEach((id, truth) -> {
          String is = rows.getOrDefault(id, "none");
          if (!truth.equals(is)) {
            wrong.add(new Wrong(id, is, truth));
          }
        });
    return wrong;
  }

  private void events(List<Recorded> recorded, List<String> otherwise) {
    Set<String> keys = market.orders().stream().map(SimOrder::key).collect(Collectors.toSet());
    List<String> ours =
        recorded.stream()
            .filter(one -> keys.contains(one.key().text()))
            .map(one -> one.block().hash().text() + ":" + one.index() + " " + one.key().text())
            .toList();
    List<String> theirs =
        market.events().stream()
            .map(line ->
                line.substring(0, line.indexOf(' ')) + line.substring(line.lastIndexOf(' ')))
            .toList();
    Set<String> lost = new HashSet<>(theirs);
    ours.forEach(lost::remove);
    Set<String> phantom = new HashSet<>(ours);
    theirs.forEach(phantom::remove);
    if (!lost.isEmpty() || !phantom.isEmpty()) {
      otherwise.add("lost: " + lost + ", phantom: " + phantom);
    } else if (!ours.equals(theirs)) {
      otherwise.add("not in order, or twice: " + ours);
    }
  }

  /** They link from the first block to the last that is final, and each is proved. */
  private void certificates(
      List<Certificate> certificates, List<String> otherwise, Deadline deadline) {
    BlockRef below = block(0, deadline);
    List<Certificate> all = new ArrayList<>(certificates);
    all.sort(Comparator.comparingLong(Certificate::from));
    for (Certificate one : all) {
      if (one.from() != below.number() + 1 || !one.previous().equals(below.hash())) {
        otherwise.add(one + " does not stand on " + below);
      }
      if (!one.completeness().isProved()) {
        otherwise.add(one + " is not proved");
      }
      below = new BlockRef(one.to(), one.end());
    }
    BlockRef end = block(chain.finalizedNumber(), deadline);
    if (!below.equals(end)) {
      otherwise.add("certified up to " + below + ", not " + end);
    }
  }

  private BlockRef block(long number, Deadline deadline) {
    return honest.header(number, deadline).map(Header::ref).orElseThrow();
  }
}
