package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OutstandingTest {
  private static final Instant AT = Instant.parse("2026-11-30T10:00:00Z");

  @Test
  void itsLineIsReadAsItWasWritten() {
    for (Outstanding one :
        List.of(
            Outstanding.of(List.of(), 740, List.of()),
            Outstanding.of(List.of(735L), 740, List.of(702L)),
            Outstanding.of(LongStream.range(1, 300).boxed().toList(), 740, List.of()))) {
      assertThat(Outstanding.parse(List.of("next-key x", one.line().strip()))).contains(one);
    }
    assertThat(Outstanding.of(List.of(735L), 740, List.of(702L)).line())
        .isEqualTo("open 702 740 702,735\n");
    assertThat(Outstanding.parse(List.of("restored from"))).isEmpty();
    assertThatThrownBy(() -> Outstanding.parse(List.of("open 1 2 x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void onlyWhatWasOpenMayCome() {
    Outstanding some = Outstanding.of(List.of(735L), 740, List.of(702L));
    assertThat(LongStream.range(700, 742).filter(some::mayCome)).containsExactly(702L, 735L);
    Outstanding many = Outstanding.of(LongStream.range(1, 300).boxed().toList(), 740, List.of());
    assertThat(LongStream.of(0, 1, 299, 739, 740).filter(many::mayCome))
        .as("too many to name")
        .containsExactly(1L, 299L, 739L);
  }

  @Test
  void aTransactionHasToBeOpenAtTheFirstCheckpointAndStillAtTheLast() {
    assertThat(late(open(735L), open(735L)).isExplainedBy(735, 736)).isTrue();
    assertThat(late(open(735L), open()).isExplainedBy(735, 736)).isFalse();
    assertThat(late(open(), open(735L)).isExplainedBy(735, 736)).isFalse();
    assertThat(late(open(735L), open(735L)).isExplainedBy(735, 740))
        .as("these bytes came later")
        .isFalse();
    assertThat(late(Optional.empty(), open(735L)).isExplainedBy(735, 736)).isFalse();
  }

  @Test
  void theLowerHalfOfANumberMayBeSmallerThanItsTransactions() {
    long transaction = 0x1_ffff_fff0L;
    var then = Optional.of(Outstanding.of(List.of(transaction), 0x2_0000_0010L, List.of()));
    assertThat(late(then, then).isExplainedBy(transaction, 0x05)).isTrue();
    assertThat(late(then, then).isExplainedBy(transaction, 0x20)).isFalse();
  }

  private static Optional<Outstanding> open(Long... transactions) {
    return Optional.of(Outstanding.of(List.of(transactions), 740, List.of()));
  }

  private static Late late(Optional<Outstanding> first, Optional<Outstanding> last) {
    return new Late(3, OptionalLong.of(3), "", checkpoint(first), checkpoint(last));
  }

  private static Checkpoint checkpoint(Optional<Outstanding> open) {
    return new Checkpoint(
        "log",
        0,
        MerkleTree.EMPTY,
        AuditChain.START,
        0,
        AT,
        Optional.empty(),
        Optional.empty(),
        open);
  }
}
