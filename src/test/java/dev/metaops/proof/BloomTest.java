package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Blooms against blooms of other hands; what is there is never denied. */
class BloomTest {
  private final RandomBlocks blocks = RandomBlocks.of("BloomTest");

  @Test
  void whatIsThereIsNeverDeniedAndMostOfTheRestIs() {
    int maybe = 0;
    for (int round = 0; round < 100; round++) {
      List<Log> logs = logs(blocks.random.nextInt(30));
      Bloom bloom = Bloom.of(logs);
      assertThat(bloom.text()).isEqualTo(Hex.text(OtherHands.bloom(logs)));
      for (Log log : logs) {
        assertThat(bloom.mayHold(log.address())).isTrue();
        assertThat(log.topics()).allMatch(bloom::mayHold);
      }
      maybe += bloom.mayHold(blocks.address()) ? 1 : 0;
      maybe += bloom.mayHold(blocks.hash()) ? 1 : 0;
    }
    assertThat(maybe).isLessThan(20);
  }

  @Test
  void theShareIsThatOfTheBitsSet() {
    assertThat(Bloom.of(List.of()).share()).isZero();
    Log log = logs(30).stream().filter(each -> each.topics().isEmpty()).findFirst().orElseThrow();
    assertThat(Bloom.of(List.of(log)).share()).isBetween(1 / 2048.0, 3 / 2048.0);
  }

  @Test
  void interestNeedsOneOfTheContractsAndOneOfTheTopics() {
    Address ours = blocks.address();
    Hash released = blocks.hash();
    Log event = log(ours, List.of(released, blocks.hash()));
    Bloom bloom = Bloom.of(List.of(event));
    Set<Address> contracts = Set.of(ours, blocks.address());
    Set<Address> others = Set.of(blocks.address());
    assertThat(new Interest(contracts, Set.of(blocks.hash(), released)).mayBeIn(bloom)).isTrue();
    assertThat(new Interest(contracts, Set.of()).mayBeIn(bloom)).isTrue();
    assertThat(new Interest(contracts, Set.of(blocks.hash())).mayBeIn(bloom)).isFalse();
    assertThat(new Interest(others, Set.of(released)).mayBeIn(bloom)).isFalse();
    assertThat(new Interest(Set.of(), Set.of()).mayBeIn(bloom)).isFalse();
    assertThat(new Interest(contracts, Set.of(released)).mayBeIn(Bloom.of(List.of()))).isFalse();
  }

  private List<Log> logs(int receipts) {
    return blocks.receipts(receipts).stream()
        .flatMap(each -> each.receipt().logs().stream())
        .toList();
  }

  private Log log(Address address, List<Hash> topics) {
    Log any = Stream.generate(() -> logs(3)).flatMap(List::stream).findFirst().orElseThrow();
    return new Log(any.block(), any.transaction(), 0, address, topics, "0x");
  }
}
