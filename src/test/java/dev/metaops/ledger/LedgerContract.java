package dev.metaops.ledger;

import static dev.metaops.escrow.EscrowKind.CREATED;
import static dev.metaops.escrow.EscrowKind.RELEASED;
import static dev.metaops.ledger.Scripted.CHAIN;
import static dev.metaops.ledger.Scripted.event;
import static dev.metaops.ledger.Scripted.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Header;
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
  void whatIsReadAgainAddsAndTakesNothingAway() throws SQLException {
    List<Header> blocks = ten();
    script.write(0, blocks, Scripted.Content.none(), 8);
    assertThat(row()).isEqualTo("CREATED");
    assertThat(script.resync(3, 7, life(blocks)))
        .isInstanceOfSatisfying(
            Resynced.Written.class, written -> assertThat(written.added()).isEqualTo(2));
    assertThat(row()).isEqualTo("SETTLED");
    List<String> once = script.picture();
    assertThat(script.resync(3, 7, life(blocks))).isEqualTo(new Resynced.Written(0, List.of()));
    assertThat(script.picture()).isEqualTo(once);
    assertThat(script.resync(7, 9, Scripted.Content.none())).isInstanceOf(Resynced.Refused.class);
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
