package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.order.OrderState;
import dev.metaops.order.Transition;
import dev.metaops.orders.OrdersStore;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What psql may do to an order, as a superuser and as the venue's own login. */
class GuardTest {
  private static TestChain chain;
  private TestVenue superuser;
  private TestVenue venue;

  @BeforeAll
  static void startChain() {
    chain = TestChain.start();
  }

  @AfterAll
  static void endChain() {
    chain.close();
  }

  @BeforeEach
  void open() {
    superuser = new TestVenue(chain);
    venue = superuser.as("venue");
    superuser.execute("GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON public.orders TO venue");
  }

  private List<TestVenue> everybody() {
    return List.of(superuser, venue);
  }

  @Test
  void nothingLeavesAFinalState() {
    for (TestVenue who : everybody()) {
      order("gone", "CANCELLED");
      assertThat(who.answer("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'gone'"))
          .startsWith("MO001")
          .contains("CANCELLED to SETTLED refused (final-state");
      assertThat(superuser.state("gone")).isEqualTo("CANCELLED");
      remove("gone");
    }
  }

  @Test
  void whatTheChainGrantsHasToBeProved() {
    for (TestVenue who : everybody()) {
      order("o-1", "PENDING");
      assertThat(who.answer("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'"))
          .startsWith("MO001")
          .contains("PENDING to SETTLED refused (unproved")
          .contains("metaops order fix o-1");
      assertThat(superuser.state("o-1")).isEqualTo("PENDING");
      superuser.execute("UPDATE metaops.order_status SET folded_state = 'SETTLED'");
      assertThat(who.answer("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'"))
          .isEqualTo("done");
      remove("o-1");
    }
  }

  @Test
  void everyStepIsTheTables() {
    for (TestVenue who : everybody()) {
      for (OrderState from : OrderState.values()) {
        for (OrderState to : OrderState.values()) {
          if (from == to) {
            continue;
          }
          order("o-1", from.name());
          String update = "UPDATE public.orders SET state = '" + to + "' WHERE id = 'o-1'";
          String what = from + " to " + to;
          switch (Transition.between(from, to)) {
            case Transition.GrantedToAnyone() ->
                assertThat(who.answer(update)).as(what).isEqualTo("done");
            case Transition.GrantedByChain() ->
                assertThat(who.answer(update)).as(what).startsWith("MO001").contains("unproved");
            case Transition.Refused(String rule) ->
                assertThat(who.answer(update))
                    .as(what)
                    .startsWith("MO001")
                    .contains(rule.substring(0, rule.indexOf(':')));
          }
          remove("o-1");
        }
      }
      order("o-1", "PENDING");
      assertThat(who.answer("UPDATE public.orders SET state = 'BANANA'")).startsWith("MO001");
      assertThat(who.answer("UPDATE public.orders SET state = NULL")).isNotEqualTo("done");
      remove("o-1");
    }
  }

  @Test
  void anOrderWithEscrowIsNotCancelledByHand() throws SQLException {
    Terms terms = superuser.order("o-1");
    superuser.registry().create(terms);
    // Before the listener saw it the row may be cancelled: nobody knows better yet.
    try (HandDriven follower = HandDriven.of(superuser)) {
      superuser.execute("UPDATE metaops.freeze SET lifted_at = now()");
      freeze();
      follower.catchUp();
      assertThat(superuser.state("o-1")).isEqualTo("CREATED");
      for (TestVenue who : everybody()) {
        assertThat(who.answer("UPDATE public.orders SET state = 'CANCELLED' WHERE id = 'o-1'"))
            .startsWith("MO001")
            .contains("has-escrow");
        assertThat(who.answer("DELETE FROM public.orders WHERE id = 'o-1'"))
            .startsWith("MO001")
            .contains("has-escrow");
      }
    }
  }

  @Test
  void whatTheLedgerHasNotFoldedYetIsMovedByNobody() {
    order("o-1", "CREATED");
    superuser.execute(
        "INSERT INTO metaops.unmatched (escrow_key, chain_id, block_number)"
            + " SELECT escrow_key, 1, 1 FROM metaops.order_status");
    for (TestVenue who : everybody()) {
      assertThat(who.answer("UPDATE public.orders SET state = 'CANCELLED' WHERE id = 'o-1'"))
          .startsWith("MO001")
          .contains("not-folded")
          .contains("Try again in a few seconds");
      assertThat(who.answer("DELETE FROM public.orders WHERE id = 'o-1'")).startsWith("MO001");
      assertThat(who.answer("UPDATE public.orders SET notes = 'seen'")).isEqualTo("done");
    }
    superuser.execute("DELETE FROM metaops.unmatched");
    assertThat(venue.answer("UPDATE public.orders SET state = 'CANCELLED' WHERE id = 'o-1'"))
        .isEqualTo("done");
  }

  private void freeze() {
    superuser.one("SELECT metaops_api.freeze('f-1', 'test', 'a story', now())");
  }

  @Test
  void whoeverElseLiftsAFreezeOrForgetsARestorationIsOnTheRecord() throws SQLException {
    freeze();
    superuser.one("SELECT metaops_api.went_back('test', 'a story', 1, 2, 3, 4, 5)");
    for (String sql :
        List.of(
            "SET session_replication_role = replica;"
                + " UPDATE metaops.freeze SET lifted_at = now() WHERE id = 'f-1'",
            "DELETE FROM metaops.freeze WHERE id = 'f-1'",
            "INSERT INTO metaops.freeze VALUES ('f-2', 'fun', 'nobody', now())",
            "UPDATE metaops.went_back SET recorded_at = now(), epoch = 0",
            "DELETE FROM metaops.went_back")) {
      assertThat(superuser.answer(sql)).isEqualTo("done");
    }
    assertThat(
            superuser.all(
                "SELECT e #>> '{body,table}', e #>> '{body,operation}',"
                    + " coalesce(e #>> '{body,before,epoch}', e #>> '{body,before,id}'),"
                    + " coalesce(e #>> '{body,after,epoch}', e #>> '{body,after,id}'),"
                    + " actor = session_user AND e #>> '{body,connection,login}' = session_user"
                    + " FROM (SELECT id, actor, entry::jsonb AS e FROM metaops.record"
                    + " WHERE kind = 'edit') r ORDER BY id"))
        .containsExactly(
            "freeze|UPDATE|f-1|f-1|t",
            "freeze|DELETE|f-1|null|t",
            "freeze|INSERT|null|f-2|t",
            "went_back|UPDATE|3|0|t",
            "went_back|DELETE|0|null|t");
    for (String table : List.of("freeze", "went_back")) {
      assertThat(superuser.answer("TRUNCATE metaops." + table)).startsWith("MO006");
    }
    try (Connection connection = superuser.orders().connect(TestPostgres.minute())) {
      assertThat(new OrdersStore(connection).updatesSince(Instant.EPOCH, 10))
          .as("of no order")
          .isEmpty();
    }
  }

  @Test
  void whatMetaopsFreezesAndLiftsItselfIsRecordedOnce() {
    freeze();
    superuser.one("SELECT metaops_api.unfreeze('u', 'test', 'a story', now())");
    String went = "SELECT metaops_api.went_back('test', 'a story', 1, %d, 3, 4, 5)";
    String id = superuser.one(went.formatted(2));
    superuser.one(went.formatted(20));
    superuser.one(
        "SELECT metaops_api.record_restored('"
            + id
            + "', 'kim', '{\"standing\": {\"footing\": \"SOLO\"}}')");
    superuser.one("SELECT metaops_api.end_went_back('" + id + "', 'kim')");
    assertThat(superuser.all("SELECT kind FROM metaops.record ORDER BY id"))
        .containsExactly("freeze", "unfreeze", "freeze", "restored", "unfreeze");
  }

  @Test
  void termsNeverChange() {
    order("o-1", "CREATED");
    for (TestVenue who : everybody()) {
      for (String change :
          List.of(
              "id = 'o-2'",
              "buyer = '0x" + "9".repeat(40) + "'",
              "seller = '0x" + "9".repeat(40) + "'",
              "token = '0x" + "9".repeat(40) + "'",
              "amount = amount + 1",
              "escrow_contract = '0x" + "9".repeat(40) + "'",
              "escrow_key = '0x" + "9".repeat(64) + "'")) {
        assertThat(who.answer("UPDATE public.orders SET " + change))
            .as(change)
            .startsWith("MO001")
            .contains("terms-fixed");
      }
      assertThat(who.answer("UPDATE public.orders SET notes = 'seen'")).isEqualTo("done");
    }
  }

  @Test
  void anOrderBeginsAsCreatedAndLeavesOneByOne() {
    for (TestVenue who : everybody()) {
      assertThat(
              who.answer(
                  "INSERT INTO public.orders (id, state, buyer, seller, amount, escrow_contract,"
                      + " escrow_key) SELECT 'x', 'PENDING', '0x' || repeat('1', 40), '0x' ||"
                      + " repeat('2', 40), 1, '0x' || repeat('3', 40), '0x' || repeat('4', 64)"))
          .startsWith("MO001")
          .contains("starts-created");
      order("o-1", "PENDING");
      assertThat(who.answer("TRUNCATE public.orders")).startsWith("MO001");
      assertThat(who.answer("DELETE FROM public.orders")).startsWith("MO001");
      remove("o-1");
      order("o-2", "CREATED");
      assertThat(who.answer("DELETE FROM public.orders")).isEqualTo("done");
      assertThat(superuser.all("SELECT order_id FROM metaops.order_status")).isEmpty();
    }
  }

  @Test
  void noSettingPretendsToBeTheOwner() {
    order("o-1", "PENDING");
    String settle = "UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'";
    assertThat(venue.answer("SET ROLE metaops_owner; " + settle)).startsWith("42501");
    assertThat(venue.answer("SET SESSION AUTHORIZATION metaops_owner; " + settle))
        .startsWith("42501");
    assertThat(venue.answer("SET metaops.apply = 'on'; " + settle)).startsWith("MO001");
    assertThat(venue.answer("SELECT set_config('role', 'metaops_owner', false); " + settle))
        .startsWith("42501");
    assertThat(venue.answer("UPDATE metaops.order_status SET folded_state = 'SETTLED'"))
        .startsWith("42501");
    assertThat(venue.answer("UPDATE metaops.setting SET value = 'absent'")).startsWith("42501");
    assertThat(venue.answer("SELECT metaops_api.apply_events('{}'" + ", '{}'".repeat(19) + ")"))
        .startsWith("42501");
    // A superuser may become the owner, and gains nothing by it.
    assertThat(superuser.answer("SET ROLE metaops_owner; " + settle)).startsWith("MO001");
    assertThat(superuser.answer("SET ROLE metaops_owner; UPDATE public.orders SET amount = 1"))
        .startsWith("42501");
    assertThat(superuser.answer("SET ROLE metaops_owner; DELETE FROM public.orders"))
        .startsWith("42501");
    assertThat(superuser.state("o-1")).isEqualTo("PENDING");
  }

  @Test
  void replicationDoesNotSwitchItOff() {
    order("o-1", "PENDING");
    assertThat(
            superuser.answer(
                "SET session_replication_role = replica;"
                    + " UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'"))
        .startsWith("MO001");
    assertThat(
            superuser.answer(
                "SET session_replication_role = replica; TRUNCATE public.orders CASCADE"))
        .startsWith("MO001");
  }

  @Test
  void inRecordModeItWritesDownWhatItWouldRefuse() {
    order("o-1", "CANCELLED");
    guard("record");
    assertThat(venue.answer("UPDATE public.orders SET state = 'SETTLED' WHERE id = 'o-1'"))
        .isEqualTo("done");
    assertThat(superuser.state("o-1")).isEqualTo("SETTLED");
    assertThat(
            superuser.one(
                "SELECT actor || ' ' || (entry::jsonb #>> '{body,rule}') FROM metaops.record"
                    + " WHERE kind = 'would-refuse'"))
        .isEqualTo("venue final-state");
    assertThat(venue.answer("TRUNCATE public.orders")).isEqualTo("done");
    assertThat(superuser.all("SELECT order_id FROM metaops.order_status")).isEmpty();
    assertThat(
            superuser.all(
                "SELECT entry::jsonb #>> '{body,after}' FROM metaops.record WHERE kind = 'setting'"
                    + " ORDER BY id"))
        .endsWith("record");
  }

  @Test
  void whatAnybodyElseChangedIsRecordedWithBothImages() {
    order("o-1", "CREATED");
    assertThat(venue.answer("UPDATE public.orders SET notes = 'called' WHERE id = 'o-1'"))
        .isEqualTo("done");
    assertThat(
            superuser.all(
                "SELECT actor, entry::jsonb #>> '{body,before,notes}',"
                    + " entry::jsonb #>> '{body,after,notes}' FROM metaops.record"
                    + " WHERE kind = 'edit' AND actor = 'venue'"))
        .containsExactly("venue|null|called");
  }

  @Test
  void termsThatChangedWhereTheyMayAreFoldedAnew() throws SQLException {
    Terms terms = superuser.order("o-1");
    superuser.registry().create(terms);
    try (HandDriven follower = HandDriven.of(superuser)) {
      follower.catchUp();
      assertThat(superuser.state("o-1")).isEqualTo("PENDING");
      guard("record");
      assertThat(venue.answer("UPDATE public.orders SET amount = 1 WHERE id = 'o-1'"))
          .isEqualTo("done");
      follower.catchUp();
      assertThat(superuser.one("SELECT chain_state FROM metaops.order_status"))
          .isEqualTo("CONFLICT");
      superuser.execute("UPDATE public.orders SET amount = " + terms.amount());
      follower.catchUp();
      assertThat(superuser.one("SELECT chain_state FROM metaops.order_status"))
          .isEqualTo("PENDING");
      assertThat(RegistryContract.key(terms).text())
          .isEqualTo(superuser.one("SELECT escrow_key FROM public.orders"));
    }
  }

  private void guard(String word) {
    superuser.execute("UPDATE metaops.setting SET value = ? WHERE name = 'guard'", word);
  }

  /** A row in this state, however it got there. */
  private void order(String id, String state) {
    superuser.order(id);
    guard("absent");
    superuser.execute("UPDATE public.orders SET state = ? WHERE id = ?", state, id);
    guard("enforce");
  }

  private void remove(String id) {
    guard("absent");
    superuser.execute("DELETE FROM public.orders WHERE id = ?", id);
    guard("enforce");
  }
}
