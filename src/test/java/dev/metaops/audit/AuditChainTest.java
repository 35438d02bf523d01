package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AuditChainTest {
  @Test
  void itsValuesAreTheOnesThatWereWrittenDown() {
    assertThat(AuditChain.START.hex())
        .isEqualTo("252907e57e2f5b7ca85c51c347a1db9bfe5b889f8647132677f6040436a6dff5");
    Bytes leaf = AuditChain.leaf(Bytes.utf8("{}"));
    assertThat(leaf.hex())
        .isEqualTo("28a3a18f6cd6406b086e9ffda1f9b8a13dbcf44b0f3f32cb9031a11fd053acf9");
    assertThat(AuditChain.next(AuditChain.START, leaf).hex())
        .isEqualTo("d0e3227ab25b14f526dbe3de3abb3a24cbaf5b6a1ff422fe86aed40fc0287b83");
  }

  @Test
  void anEmptyChainIsCleanAtItsStart() {
    var chain = new AuditChain();
    chain.head(Optional.of(new Head(0, AuditChain.START)));
    assertThat(chain.report().isClean()).isTrue();
  }

  @Test
  void aChainThatDoesNotBeginAtOneHasAGap() {
    var chain = new AuditChain();
    chained(5).subList(2, 5).forEach(chain::link);
    assertThat(chain.report().first())
        .extracting(Discrepancy::damage, Discrepancy::recordId, Discrepancy::sentence)
        .containsExactly(tuple(Damage.GAP, OptionalLong.of(103), "seals 1 to 2 are missing"));
  }

  @Test
  void anAlteredValueIsOneDiscrepancyHoweverManyFollow() {
    List<Link> links = new ArrayList<>(chained(9));
    Link third = links.get(2);
    links.set(2, new Link(3, third.recordId(), Bytes.utf8("altered"), third.record()));
    var chain = new AuditChain();
    links.forEach(chain::link);
    chain.head(Optional.of(new Head(9, links.getLast().chain())));
    assertThat(chain.report().first())
        .extracting(Discrepancy::damage, Discrepancy::seq)
        .containsExactly(tuple(Damage.LINK, OptionalLong.of(3)));
  }

  @Test
  void anAlteredLastValueIsToldFromAnAlteredHead() {
    List<Link> links = new ArrayList<>(chained(3));
    Link last = links.removeLast();
    Head head = new Head(3, last.chain());
    links.add(new Link(3, last.recordId(), Bytes.utf8("altered"), last.record()));
    var chain = new AuditChain();
    links.forEach(chain::link);
    chain.head(Optional.of(head));
    assertThat(chain.report().first()).extracting(Discrepancy::damage).containsExactly(Damage.LINK);
  }

  @Test
  void aRecordWaitsFiveSecondsAtMost() {
    StoredRecord record = record(1);
    var chain = new AuditChain();
    chain.waiting(record, Duration.ofSeconds(5));
    assertThat(chain.report().isClean()).isTrue();
    chain.waiting(record, Duration.ofMillis(5_200));
    assertThat(chain.report().waiting()).isEqualTo(2);
    assertThat(chain.report().first())
        .singleElement()
        .returns(Damage.UNSEALED_OLD, Discrepancy::damage)
        .returns(
            "not sealed for 5.2 s (expected: within 5 s; metaops serve seals)",
            Discrepancy::sentence);
  }

  @Test
  void aRecordThatWaitsIsCheckedToo() {
    StoredRecord record = record(1);
    var chain = new AuditChain();
    chain.waiting(
        new StoredRecord(
            1,
            record.at(),
            "plan",
            record.orderId(),
            record.actor(),
            record.entry(),
            Bytes.utf8("leaf")),
        Duration.ZERO);
    assertThat(chain.report().first())
        .extracting(Discrepancy::damage)
        .containsExactly(Damage.CONTENT, Damage.COLUMNS);
  }

  @Test
  void noAmountOfDamageNeedsMoreThanABoundedMemory() {
    var chain = new AuditChain();
    for (long id = 1; id <= AuditChain.MOST_NAMED + 500; id++) {
      chain.waitingWithoutRecord(id);
    }
    AuditReport report = chain.report();
    assertThat(report.first()).hasSize(AuditChain.MOST_NAMED);
    assertThat(report.total()).isEqualTo(AuditChain.MOST_NAMED + 500);
    assertThat(report.counts()).containsEntry(Damage.MISSING_RECORD, AuditChain.MOST_NAMED + 500L);
  }

  private static List<Link> chained(int count) {
    var links = new ArrayList<Link>();
    Bytes previous = AuditChain.START;
    for (int seq = 1; seq <= count; seq++) {
      StoredRecord record = record(100 + seq);
      previous = AuditChain.next(previous, record.leaf());
      links.add(new Link(seq, record.id(), previous, Optional.of(record)));
    }
    return links;
  }

  private static StoredRecord record(long id) {
    Bytes entry =
        Bytes.utf8(
            "{\"at\": \"2026-11-01T00:00:00.000000Z\", \"body\": {\"n\": "
                + id
                + "}, \"kind\": \"edit\", \"actor\": \"kim\", \"order\": null}");
    return new StoredRecord(
        id,
        "2026-11-01T00:00:00.000000Z",
        "edit",
        Optional.empty(),
        "kim",
        entry,
        AuditChain.leaf(entry));
  }
}
