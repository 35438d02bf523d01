package dev.metaops.ledger;

import static dev.metaops.escrow.EscrowKind.CREATED;
import static dev.metaops.escrow.EscrowKind.DISPUTED;
import static dev.metaops.escrow.EscrowKind.REFUNDED;
import static dev.metaops.escrow.EscrowKind.RELEASED;
import static dev.metaops.ledger.Scripted.CHAIN;
import static dev.metaops.ledger.Scripted.event;
import static dev.metaops.ledger.Scripted.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Header;
import dev.metaops.escrow.EscrowEvent;
import dev.metaops.testing.TrialLedger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every ledger does, the one in SQL and the one in memory. */
abstract class LedgerContract {
  private Scripted script;

  abstract TrialLedger ledger() throws SQLException;

  @BeforeEach
  void open() throws SQLException {
    script = new Scripted(ledger());
    script.ledger.insert(order(1));
  }

  @AfterEach
  void close() throws SQLException {
    script.ledger.close();
  }

  private String row() throws SQLException {
    return script.ledger.rows().getOrDefault("ord_1", "none");
  }

  private List<Header> ten() {
    return script.above(0, 10, "");
  }

  private Scripted.Content life(List<Header> blocks) {
    return Scripted.Content.of(
        event(CREATED, 1, blocks.get(2), 0), event(RELEASED, 1, blocks.get(6), 1));
  }

  @Test
  void aRowEndsOnlyOnceItsEventIsFinal() throws SQLException {
    List<Header> blocks = ten();
    assertThat(script.write(0, blocks, life(blocks), 4))
        .isEqualTo(
            new Applied.Committed(
                List.of(new Applied.Move("ord_1", "CREATED", "PENDING")),
                0,
                0,
                Applied.WriteMode.WRITING));
    assertThat(script.write(10, List.of(), Scripted.Content.none(), 6))
        .isInstanceOfSatisfying(
            Applied.Committed.class, committed -> assertThat(committed.moved()).isEmpty());
    script.write(10, List.of(), Scripted.Content.none(), 7);
    assertThat(row()).isEqualTo("SETTLED");
    assertThat(script.ledger.stream().orElseThrow().settledNumber()).isEqualTo(7);
  }

  @Test
  void aBatchFromElsewhereAndOneOfAnotherEpochWriteNothing() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, life(blocks), 4);
    List<String> before = script.picture();
    Batch again =
        new Batch(
            script.at(0).ref(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            java.util.Set.of(),
            Cursor.at(script.at(10)),
            Optional.empty(),
            Scripted.SCOPE,
            new dev.metaops.chain.ChainHead(script.at(10), Optional.empty(), Optional.empty()));
    assertThat(script.ledger.apply(script.lease, again))
        .isInstanceOf(Applied.CursorElsewhere.class);
    assertThat(script.picture()).isEqualTo(before);
    Lease old = script.lease;
    assertThat(script.ledger.takeLease(CHAIN, "second", Optional.empty(), Duration.ofSeconds(1)))
        .isEmpty();
    script.lease();
    assertThat(script.ledger.apply(old, again)).isInstanceOf(Applied.Fenced.class);
    assertThat(script.ledger.report(old, Optional.empty(), Optional.empty()))
        .isEqualTo(Ledger.Reported.FENCED);
    assertThat(script.ledger.finalityViolated(old, "it broke its word", List.of()))
        .isEqualTo(Ledger.Reported.FENCED);
  }

  @Test
  void whyFinalityWaitsIsReadByEverybodyAndKeptByTheHolderOnly() throws SQLException {
    Lease old = script.lease;
    script.ledger.finalityWaits(old, Optional.of("1 of 2 nodes vouched"));
    Stream.FinalityWaits first = script.ledger.stream().orElseThrow().finalityWaits().orElseThrow();
    assertThat(first.why()).isEqualTo("1 of 2 nodes vouched");
    Lease held = script.lease();
    script.ledger.finalityWaits(old, Optional.empty());
    assertThat(script.ledger.stream().orElseThrow().finalityWaits()).contains(first);
    script.ledger.finalityWaits(held, Optional.of("0 of 2 nodes vouched"));
    assertThat(script.ledger.stream().orElseThrow().finalityWaits())
        .contains(new Stream.FinalityWaits(first.since(), "0 of 2 nodes vouched"));
    script.ledger.finalityWaits(held, Optional.empty());
    assertThat(script.ledger.stream().orElseThrow().finalityWaits()).isEmpty();
  }

  @Test
  void aReorgTakesBackWhatIsNotFinalAndNothingElse() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, life(blocks), 2);
    assertThat(row()).isEqualTo("PENDING");
    assertThat(script.write(2, script.above(2, 5, " b"), Scripted.Content.none(), -1))
        .isInstanceOfSatisfying(
            Applied.Committed.class, committed -> assertThat(committed.orphaned()).isEqualTo(2));
    assertThat(row()).isEqualTo("CREATED");
    assertThat(script.ledger.kept()).isEqualTo(2);
    assertThat(script.ledger.events(CHAIN, 0, 100, 100)).isEmpty();
    List<String> before = script.picture();
    assertThat(script.write(1, script.above(1, 7, " c"), Scripted.Content.none(), -1))
        .isInstanceOf(Applied.PastSettled.class);
    assertThat(script.picture()).isEqualTo(before);
    // The first fork comes back, and what it held counts again.
    assertThat(script.write(2, blocks.subList(2, 10), life(blocks), -1))
        .isInstanceOf(Applied.Committed.class);
    assertThat(row()).isEqualTo("PENDING");
    assertThat(script.ledger.kept()).isEqualTo(2);
  }

  @Test
  void certificatesAreRunsOfOneKindAndGapsAreTheRest() throws SQLException {
    List<Header> blocks = ten();
    script.write(
        0,
        blocks.subList(0, 4),
        new Scripted.Content(Completeness.BLOOM, List.of(), List.of()),
        -1);
    script.write(
        4, blocks.subList(4, 6), new Scripted.Content(Completeness.NONE, List.of(), List.of()), -1);
    script.write(
        6,
        blocks.subList(6, 10),
        new Scripted.Content(Completeness.AGREED, List.of(), List.of()),
        9);
    assertThat(script.ledger.certificates(CHAIN, 10))
        .extracting(Certificate::from, Certificate::to, Certificate::completeness)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(7L, 9L, Completeness.AGREED),
            org.assertj.core.groups.Tuple.tuple(5L, 6L, Completeness.NONE),
            org.assertj.core.groups.Tuple.tuple(1L, 4L, Completeness.BLOOM));
    assertThat(script.gaps(Ledger.Agreement.IS_ENOUGH)).extracting(Gap::from).containsExactly(5L);
    assertThat(script.gaps(Ledger.Agreement.IS_A_GAP))
        .extracting(Gap::from)
        .containsExactly(5L, 7L);
    assertThat(script.resync(5, 8, Scripted.Content.none())).isInstanceOf(Resynced.Written.class);
    assertThat(script.gaps(Ledger.Agreement.IS_A_GAP)).extracting(Gap::from).containsExactly(9L);
  }

  @Test
  void whatWasMissingIsAddedWhenItIsReadAgainAndNothingTheSecondTime() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, Scripted.Content.none(), 8);
    assertThat(row()).isEqualTo("CREATED");
    assertThat(script.resync(3, 7, life(blocks)))
        .isInstanceOfSatisfying(
            Resynced.Written.class, written -> assertThat(written.added()).isEqualTo(2));
    assertThat(row()).isEqualTo("SETTLED");
    List<String> once = script.picture();
    assertThat(script.resync(3, 7, life(blocks)))
        .isEqualTo(new Resynced.Written(0, List.of(), List.of()));
    assertThat(script.picture()).isEqualTo(once);
    assertThat(script.resync(7, 9, Scripted.Content.none())).isInstanceOf(Resynced.Refused.class);
  }

  /** As eth_getLogs of one node says. */
  private static Scripted.Content said(EscrowEvent... events) {
    return new Scripted.Content(Completeness.NONE, List.of(events), List.of());
  }

  @Test
  void anEventThatProvedReceiptsDoNotHoldIsTakenBackAndTheRowItEndedIsPutBack()
      throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    script.write(0, blocks, said(created, event(RELEASED, 1, blocks.get(6), 1)), 8);
    assertThat(row()).isEqualTo("SETTLED");
    assertThat(script.resync(1, 5, Scripted.Content.of(created)))
        .isEqualTo(new Resynced.Written(0, List.of(), List.of()));
    assertThat(script.resync(6, 8, Scripted.Content.none()))
        .isEqualTo(
            new Resynced.Written(
                0,
                List.of(new Refuted(7, 1, Optional.of("RELEASED"), Refuted.Why.ABSENT)),
                List.of(new Applied.Move("ord_1", "SETTLED", "PENDING"))));
    assertThat(row()).isEqualTo("PENDING");
    assertThat(script.ledger.refuted()).isEqualTo(1);
    assertThat(script.ledger.findings()).containsExactly("event-refuted", "row-refuted");
    assertThat(script.gaps(Ledger.Agreement.IS_A_GAP)).isEmpty();
    // Read again, with nothing to take back and the row where it belongs, it is over.
    script.resync(7, 7, Scripted.Content.none());
    assertThat(script.ledger.findings()).isEmpty();
    // The true one ends it.
    List<Header> more = script.above(10, 1, "");
    script.write(10, more, Scripted.Content.of(event(RELEASED, 1, more.getFirst(), 0)), 11);
    assertThat(row()).isEqualTo("SETTLED");
  }

  @Test
  void aReadingThatProvesNothingTakesNothingBack() throws SQLException {
    for (Completeness weak : List.of(Completeness.NONE, Completeness.AGREED, Completeness.BLOOM)) {
      List<Header> blocks = script.above(script.head(), 3, "");
      EscrowEvent created = event(CREATED, 1, blocks.getFirst(), 0);
      script.write(script.head(), blocks, said(created), blocks.getFirst().number());
      int before = script.ledger.events(CHAIN, 0, 100, 100).size();
      long number = blocks.getFirst().number();
      assertThat(script.resync(number, number, new Scripted.Content(weak, List.of(), List.of())))
          .isEqualTo(new Resynced.Written(0, List.of(), List.of()));
      assertThat(script.ledger.events(CHAIN, 0, 100, 100)).hasSize(before);
    }
    assertThat(script.ledger.refuted()).isZero();
    assertThat(script.ledger.findings()).isEmpty();
  }

  @Test
  void anAlteredEventIsKeptApartAndTheTrueOneStandsInItsPlace() throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    script.ledger.insert(order(2));
    script.write(0, blocks, said(created, event(RELEASED, 2, blocks.get(6), 1)), 8);
    assertThat(row()).isEqualTo("PENDING");
    assertThat(script.resync(6, 8, Scripted.Content.of(event(RELEASED, 1, blocks.get(6), 1))))
        .isEqualTo(
            new Resynced.Written(
                1,
                List.of(new Refuted(7, 1, Optional.of("RELEASED"), Refuted.Why.DIFFERS)),
                List.of(new Applied.Move("ord_1", "PENDING", "SETTLED"))));
    assertThat(script.ledger.rows()).containsEntry("ord_1", "SETTLED");
    assertThat(script.ledger.kept()).isEqualTo(2);
    assertThat(script.ledger.refuted()).isEqualTo(1);
    assertThat(script.ledger.findings()).containsExactly("event-refuted");
  }

  @Test
  void aRowWhoseProvedEndIsAnotherIsLeftForPeople() throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    script.write(0, blocks, said(created, event(RELEASED, 1, blocks.get(6), 1)), 8);
    EscrowEvent refunded = event(REFUNDED, 1, blocks.get(6), 1);
    script.resync(6, 8, Scripted.Content.of(refunded));
    assertThat(row()).isEqualTo("SETTLED");
    assertThat(script.ledger.findings()).containsExactly("event-refuted", "row-refuted");
    script.resync(6, 8, Scripted.Content.of(refunded));
    assertThat(script.ledger.findings()).containsExactly("row-refuted");
  }

  @Test
  void aRowThatEndedAndWasContradictedBeforeTheProofIsPutBackWhereTheProofHasIt()
      throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    EscrowEvent disputed = event(DISPUTED, 1, blocks.get(7), 2);
    script.write(0, blocks, said(created, event(RELEASED, 1, blocks.get(6), 1)), 7);
    script.write(10, List.of(), Scripted.Content.none(), 9);
    script.resync(8, 8, said(disputed));
    assertThat(row()).isEqualTo("SETTLED");
    script.resync(6, 8, Scripted.Content.of(disputed));
    assertThat(row()).isEqualTo("DISPUTED");
  }

  @Test
  void whileWritingIsFrozenARowIsPutBackOnceItMayBe() throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    script.write(0, blocks, said(created, event(RELEASED, 1, blocks.get(6), 1)), 8);
    script.ledger.finalityViolated(script.lease, "it broke its word", script.above(9, 3, " b"));
    script.resync(6, 8, Scripted.Content.none());
    assertThat(row()).isEqualTo("SETTLED");
    assertThat(script.ledger.findings())
        .containsExactly("event-refuted", "finality-violated", "row-refuted");
    assertThat(script.rewind(9)).isInstanceOf(Rewound.Done.class);
    script.write(9, script.above(9, 1, " b"), Scripted.Content.none(), -1);
    assertThat(row()).isEqualTo("PENDING");
  }

  @Test
  void anUnreadableLogThatNobodyEmittedHoldsNobodyOnceItIsProved() throws SQLException {
    List<Header> blocks = ten();
    EscrowEvent created = event(CREATED, 1, blocks.get(2), 0);
    script.write(
        0,
        blocks,
        new Scripted.Content(
            Completeness.NONE,
            List.of(created),
            List.of(new Quarantined(Scripted.log(blocks.get(4), 3), order(1).key(), "no word"))),
        8);
    assertThat(row()).isEqualTo("CREATED");
    assertThat(script.resync(3, 7, Scripted.Content.of(created)))
        .isEqualTo(
            new Resynced.Written(
                0,
                List.of(new Refuted(5, 3, Optional.empty(), Refuted.Why.ABSENT)),
                List.of(new Applied.Move("ord_1", "CREATED", "PENDING"))));
    assertThat(script.ledger.stream().orElseThrow().quarantined()).isZero();
  }

  @Test
  void whatIsKnownOfABlockOnlyGrows() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, life(blocks), 9);
    for (Completeness weak : List.of(Completeness.NONE, Completeness.AGREED)) {
      assertThat(
              script.resync(
                  2,
                  7,
                  new Scripted.Content(
                      weak, List.of(event(CREATED, 1, blocks.get(3), 7)), List.of(), 1)))
          .isEqualTo(new Resynced.Written(0, List.of(), List.of()));
      assertThat(script.ledger.events(CHAIN, 0, 100, 100)).hasSize(2);
      assertThat(script.gaps(Ledger.Agreement.IS_A_GAP)).isEmpty();
    }
    // By fewer nodes than vouched for it, or by more.
    script.resync(
        2, 7, new Scripted.Content(Completeness.RECEIPTS, life(blocks).events(), List.of(), 1));
    assertThat(script.ledger.certificates(CHAIN, 10))
        .allSatisfy(one -> {
          assertThat(one.anchor()).isEqualTo(2);
          assertThat(one.completeness()).isEqualTo(Completeness.RECEIPTS);
        });
    script.resync(2, 7, new Scripted.Content(Completeness.NONE, List.of(), List.of(), 3));
    assertThat(script.ledger.certificates(CHAIN, 10))
        .filteredOn(one -> one.from() <= 7 && one.to() >= 2)
        .allSatisfy(one -> {
          assertThat(one.anchor()).isEqualTo(3);
          assertThat(one.completeness()).isEqualTo(Completeness.RECEIPTS);
        });
    assertThat(script.gaps(Ledger.Agreement.IS_A_GAP)).isEmpty();
  }

  @Test
  void whatCannotBeReadWhenItIsReadAgainHoldsItsOrderToo() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, Scripted.Content.none(), 8);
    script.resync(
        3,
        4,
        new Scripted.Content(
            Completeness.RECEIPTS,
            List.of(event(CREATED, 1, blocks.get(2), 0)),
            List.of(
                new Quarantined(
                    Scripted.log(blocks.get(3), 5), order(1).key(), "its amount is a word"))));
    assertThat(script.ledger.stream().orElseThrow().quarantined()).isEqualTo(1);
    assertThat(row()).isEqualTo("CREATED");
  }

  @Test
  void aChainThatBreaksItsWordFreezesAndOnlyARewindGoesOn() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, life(blocks), 8);
    assertThat(row()).isEqualTo("SETTLED");
    List<Header> theirs = script.above(4, 7, " b");
    script.ledger.finalityViolated(script.lease, "it broke its word", theirs);
    script.ledger.finalityViolated(script.lease, "it broke its word", theirs);
    assertThat(script.ledger.findings()).containsExactly("finality-violated");
    assertThat(script.ledger.stream().orElseThrow().frozen()).isPresent();
    script.ledger.insert(order(2));
    List<Header> more = script.above(10, 1, "");
    assertThat(
            script.write(10, more, Scripted.Content.of(event(CREATED, 2, more.getFirst(), 0)), -1))
        .isEqualTo(new Applied.Committed(List.of(), 0, 1, Applied.WriteMode.FROZEN));
    assertThat(script.rewind(4))
        .isInstanceOfSatisfying(
            Rewound.Done.class,
            done -> {
              assertThat(done.orphaned()).isEqualTo(2);
              assertThat(done.moved())
                  .containsExactly(new Applied.Move("ord_1", "SETTLED", "PENDING"));
            });
    assertThat(script.ledger.findings()).isEmpty();
    assertThat(script.write(4, theirs, Scripted.Content.none(), 8))
        .isInstanceOf(Applied.Committed.class);
    assertThat(row()).isEqualTo("PENDING");
    assertThat(script.ledger.rows()).containsEntry("ord_2", "CREATED");
    assertThat(script.gaps(Ledger.Agreement.IS_A_GAP)).isEmpty();
  }

  @Test
  void anEmptyBlockProvesHeadersAndABloomReceiptsBeforeAnythingIsSettled() throws SQLException {
    assertThat(script.ledger.provable(CHAIN)).isEqualTo(Ledger.Provable.NOTHING_YET);
    script.write(0, script.above(0, 1, ""), Scripted.Content.none(), -1);
    assertThat(script.ledger.provable(CHAIN)).isEqualTo(Ledger.Provable.HEADERS);
    script.write(
        1,
        script.above(1, 1, ""),
        new Scripted.Content(Completeness.BLOOM, List.of(), List.of()),
        -1);
    assertThat(script.ledger.provable(CHAIN)).isEqualTo(Ledger.Provable.RECEIPTS);
  }
}
