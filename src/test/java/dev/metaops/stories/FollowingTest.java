package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.SettleOn;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.listen.Followed;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A chain moves, a row follows: as far as it may, as soon as it may. */
class FollowingTest {
  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);

  @Test
  void aRowIsSettledOnlyOnceItsReleaseIsFinal() throws SQLException {
    Terms terms = venue.order("o-1");
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("CREATED");

      venue.registry().create(terms);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("PENDING");

      var released = venue.registry().release(RegistryContract.key(terms));
      chain.mine(3);
      assertThat(follower.catchUp()).isInstanceOf(Followed.AtHead.class);
      assertThat(venue.state("o-1")).isEqualTo("PENDING");
      assertThat(venue.one("SELECT chain_state || finality FROM metaops.order_status"))
          .isEqualTo("SETTLEDincluded");

      chain.finalizeBlock(released.block());
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      assertThat(venue.one("SELECT transaction_hash FROM public.orders"))
          .isEqualTo(released.transaction().text());
      assertThat(venue.changes("o-1")).containsExactly("CREATED to PENDING", "PENDING to SETTLED");
    }
  }

  @Test
  void whatWasMissedIsWrittenStepByStepAllTheSame() throws SQLException {
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    venue.registry().dispute(RegistryContract.key(terms));
    String release = venue.registry().contract().release(RegistryContract.key(terms));
    var decided = chain.send(venue.registry().call(chain.arbiter(), release));
    chain.finalizeBlock(decided.block());
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
      assertThat(venue.changes("o-1"))
          .containsExactly("CREATED to PENDING", "PENDING to DISPUTED", "DISPUTED to SETTLED");
    }
  }

  @Test
  void theOtherEndings() throws SQLException {
    Terms refunded = venue.order("refunded");
    Terms cancelled = venue.order("cancelled");
    venue.registry().create(refunded);
    venue.registry().create(cancelled);
    venue.registry().refund(RegistryContract.key(refunded));
    chain.finalizeBlock(venue.registry().cancel(RegistryContract.key(cancelled)).block());
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(venue.state("refunded")).isEqualTo("REFUNDED");
      assertThat(venue.state("cancelled")).isEqualTo("CANCELLED");
    }
  }

  @Test
  void settlingOnTheSafeBlockIsSooner() throws SQLException {
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    venue.registry().release(RegistryContract.key(terms));
    chain.mine(2);
    try (HandDriven follower = HandDriven.from(chain.header(0), venue, new SettleOn.Safe())) {
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
    }
  }

  @Test
  void settlingAfterSoManyConfirmations() throws SQLException {
    Terms terms = venue.order("o-1");
    venue.registry().create(terms);
    venue.registry().release(RegistryContract.key(terms));
    try (HandDriven follower =
        HandDriven.from(chain.header(0), venue, new SettleOn.Confirmations(7))) {
      chain.mine(6);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("PENDING");
      chain.mine(1);
      follower.catchUp();
      assertThat(venue.state("o-1")).isEqualTo("SETTLED");
    }
  }

  @Test
  void anOrderWrittenAfterItsEscrowIsFoundAtTheNextLook() throws SQLException {
    Terms terms = venue.registry().terms("late");
    venue.registry().create(terms);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      assertThat(follower.ledger().stream().orElseThrow().unmatched()).isEqualTo(1);
      venue.insert(terms, RegistryContract.key(terms));
      assertThat(follower.ledger().stream().orElseThrow().unfolded()).isEqualTo(1);
      follower.catchUp();
      assertThat(venue.state("late")).isEqualTo("PENDING");
      assertThat(follower.ledger().stream().orElseThrow().unmatched()).isZero();
    }
  }

  @Test
  void aNodeThatIsBehindMovesNothingAndIsNamed() throws SQLException {
    venue.order("o-1");
    TestChain.Snapshot before = chain.snapshot();
    chain.mine(5);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
      chain.revert(before);
      assertThat(follower.step())
          .isInstanceOfSatisfying(
              Followed.Held.class, held -> assertThat(held.why()).contains("the node is behind"));
    }
  }
}
