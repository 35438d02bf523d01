package dev.metaops.stories;

import dev.metaops.chain.Hash;
import dev.metaops.escrow.EscrowKey;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import java.sql.SQLException;
import java.util.Map;

/** Where metaops is installed: our schema, a listener that is driven by hand. */
final class InstalledVenue implements AutoCloseable {
  private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  private final HandDriven follower;

  InstalledVenue() throws SQLException {
    chain.mine(1);
    follower = HandDriven.of(venue);
  }

  TestChain chain() {
    return chain;
  }

  TestVenue venue() {
    return venue;
  }

  /** The order's row and its escrow, and the listener has seen both. */
  Hash funded(String id) throws SQLException {
    var terms = venue.order(id);
    venue.registry().create(terms);
    follow();
    return EscrowKey.of(terms);
  }

  void follow() throws SQLException {
    follower.catchUp();
  }

  void followToFinality() throws SQLException {
    chain.finalizeBlock(chain.latest().ref());
    follow();
  }

  /** As a superuser leaves it who switched the guard off. */
  void overwritten(String id, String state) {
    venue.execute("ALTER TABLE public.orders DISABLE TRIGGER USER");
    venue.execute("UPDATE public.orders SET state = ? WHERE id = ?", state, id);
    venue.execute("ALTER TABLE public.orders ENABLE TRIGGER USER");
  }

  /** From here on the listener reads and moves no row. */
  void frozen() {
    venue.one("SELECT metaops_api.freeze('f-1', 'test', 'a story', now())");
  }

  Map<String, String> environment() {
    return Map.of(
        "DATABASE_URL",
        venue.orders().url().secretText(),
        "RPC_URL",
        chain.url(),
        "ESCROW_CONTRACT_ADDRESS",
        venue.registry().address().text());
  }

  @Override
  public void close() throws SQLException {
    follower.close();
    chain.close();
  }
}
