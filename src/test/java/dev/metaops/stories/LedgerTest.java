package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Header;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.ledger.Applied;
import dev.metaops.ledger.Batch;
import dev.metaops.ledger.Completeness;
import dev.metaops.ledger.Cursor;
import dev.metaops.ledger.LedgerStore;
import dev.metaops.ledger.ReadBlock;
import dev.metaops.listen.Followed;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is written, once and by one; and who cannot hold it up. */
class LedgerTest {
  private static final String EVERYTHING =
      "SELECT (SELECT string_agg(s::text, ';') FROM (SELECT chain_id, cursor_number, cursor_hash,"
          + " settled_number FROM metaops.stream) s),"
          + " (SELECT string_agg(e::text, ';' ORDER BY e::text) FROM metaops.event e),"
          + " (SELECT string_agg(b::text, ';' ORDER BY b::text) FROM metaops.block b),"
          + " (SELECT string_agg(t::text, ';' ORDER BY t::text) FROM metaops.order_status t),"
          + " (SELECT string_agg(c::text, ';' ORDER BY c::text) FROM metaops.order_change c),"
          + " (SELECT string_agg(o::text, ';' ORDER BY o::text) FROM public.orders o)";

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);

  @Test
  void whoLostTheLeaseWritesNothing() throws SQLException {
    Terms terms = venue.order("o-1");
    try (HandDriven before = HandDriven.of(venue)) {
      before.catchUp();
      venue.registry().create(terms);
      try (HandDriven after = HandDriven.of(venue)) {
        String state = venue.one(EVERYTHING);
        assertThat(before.catchUp()).isInstanceOf(Followed.LeaseLost.class);
        assertThat(before.ledger().report(before.lease(), Optional.empty(), Optional.empty()))
            .isEqualTo(LedgerStore.Reported.FENCED);
        assertThat(venue.one(EVERYTHING)).isEqualTo(state);
        after.catchUp();
        assertThat(venue.state("o-1")).isEqualTo("PENDING");
      }
    }
  }

  @Test
  void aBatchCountsOnceAndOnlyFromWhereItWasRead() throws SQLException {
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      Header cursor = chain.latest();
      Header next = chain.mine(1);
      Batch batch =
          new Batch(
              cursor.ref(),
              Optional.empty(),
              List.of(new ReadBlock(next, Completeness.BLOOM)),
              List.of(),
              List.of(),
              List.of(),
              Set.of(),
              Cursor.at(next),
              Optional.empty(),
              "a scope",
              chain.head());
      assertThat(follower.ledger().apply(follower.lease(), batch))
          .isInstanceOf(Applied.Committed.class);
      String once = venue.one(EVERYTHING);
      assertThat(follower.ledger().apply(follower.lease(), batch))
          .isInstanceOf(Applied.CursorElsewhere.class);
      assertThat(venue.one(EVERYTHING)).isEqualTo(once);
    }
  }

  @Test
  void aLockedRowHoldsUpNothingElseAndIsTakenUpLater() throws SQLException {
    Terms held = venue.order("held");
    Terms free = venue.order("free");
    try (HandDriven follower = HandDriven.of(venue);
        Connection psql = venue.orders().connect(TestPostgres.minute());
        Statement statement = psql.createStatement()) {
      follower.catchUp();
      psql.setAutoCommit(false);
      statement.execute("UPDATE public.orders SET notes = 'lunch' WHERE id = 'held'");
      venue.registry().create(held);
      venue.registry().create(free);
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(venue.state("free")).isEqualTo("PENDING");
      assertThat(venue.state("held")).isEqualTo("CREATED");
      assertThat(waiting()).containsExactly("held");
      follower.catchUp();
      assertThat(waiting()).containsExactly("held");
      psql.commit();
      follower.catchUp();
      assertThat(venue.state("held")).isEqualTo("PENDING");
      assertThat(waiting()).isEmpty();
      assertThat(venue.changes("held")).containsExactly("CREATED to PENDING");
    }
  }

  @Test
  void anInsertOrDeleteThatHangsHoldsUpNothingElse() throws SQLException {
    Terms held = venue.order("held");
    Terms free = venue.order("free");
    Terms late = venue.registry().terms("late");
    try (HandDriven follower = HandDriven.of(venue);
        Connection psql = venue.orders().connect(TestPostgres.minute());
        Statement statement = psql.createStatement()) {
      follower.catchUp();
      psql.setAutoCommit(false);
      statement.execute("DELETE FROM public.orders WHERE id = 'held'");
      statement.execute(
          "INSERT INTO public.orders (id, buyer, seller, amount, escrow_contract, escrow_key)"
              + " VALUES ('late', '"
              + late.buyer().text()
              + "', '"
              + late.seller().text()
              + "', "
              + late.amount()
              + ", '"
              + venue.registry().address().text()
              + "', '"
              + RegistryContract.key(late).text()
              + "')");
      venue.registry().create(held);
      venue.registry().create(late);
      venue.registry().create(free);
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(venue.state("free")).isEqualTo("PENDING");
      psql.rollback();
      venue.insert(late, RegistryContract.key(late));
      follower.catchUp();
      assertThat(venue.state("held")).isEqualTo("PENDING");
      assertThat(venue.state("late")).isEqualTo("PENDING");
      assertThat(venue.all("SELECT 1 FROM metaops.unmatched")).isEmpty();
    }
  }

  @Test
  void whileFrozenEverythingIsReadAndNoRowMoves() throws SQLException {
    Terms terms = venue.order("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(freeze("f-1")).isEqualTo("t");
      assertThat(freeze("f-1")).isEqualTo("f");
      venue.registry().create(terms);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("CREATED");
      assertThat(venue.one("SELECT chain_state FROM metaops.order_status")).isEqualTo("PENDING");
      assertThat(waiting()).containsExactly("o-1");
      assertThat(follower.ledger().stream().orElseThrow().frozen().orElseThrow().reason())
          .isEqualTo("a story");
      venue.one("SELECT metaops_api.unfreeze('u-1', 'test', 'over', clock_timestamp())");
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("PENDING");
      assertThat(waiting()).isEmpty();
      assertThat(venue.all("SELECT kind FROM metaops.record WHERE kind LIKE '%freeze' ORDER BY id"))
          .containsExactly("freeze", "unfreeze");
    }
  }

  @Test
  void anEscrowOfOneWeiUnderAnothersIdMovesNothing() throws SQLException {
    Terms victim = venue.order("victim");
    Terms fake = venue.registry().terms("victim", BigInteger.ONE);
    try (HandDriven follower = HandDriven.of(venue)) {
      venue.registry().create(fake);
      chain.finalizeBlock(venue.registry().release(RegistryContract.key(fake)).block());
      follower.catchUp();
      assertThat(venue.state("victim")).isEqualTo("CREATED");
      assertThat(venue.one("SELECT chain_state FROM metaops.order_status")).isEqualTo("CREATED");
      assertThat(follower.ledger().stream().orElseThrow().unmatched()).isEqualTo(1);

      venue.registry().create(victim);
      follower.catchUp();
      assertThat(venue.state("victim")).isEqualTo("PENDING");
    }
  }

  @Test
  void aRowWithAnothersKeyIsAContradiction() throws SQLException {
    Terms victim = venue.registry().terms("victim");
    Terms fake = venue.registry().terms("victim", BigInteger.ONE);
    venue.insert(victim, RegistryContract.key(fake));
    try (HandDriven follower = HandDriven.of(venue)) {
      venue.registry().create(fake);
      chain.finalizeBlock(venue.registry().release(RegistryContract.key(fake)).block());
      follower.catchUp();
      assertThat(venue.state("victim")).isEqualTo("CREATED");
      assertThat(venue.one("SELECT folded_state FROM metaops.order_status")).isEqualTo("CONFLICT");
      assertThat(venue.changes("victim")).isEmpty();
    }
  }

  private String freeze(String id) {
    return venue.one("SELECT metaops_api.freeze('" + id + "', 'test', 'a story', now())");
  }

  private List<String> waiting() {
    return venue.all("SELECT order_id FROM metaops.order_status WHERE row_waits");
  }
}
