package dev.metaops.intervention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.order.Gate;
import dev.metaops.order.TransactionFate;
import dev.metaops.order.TransactionFate.Finality;
import dev.metaops.order.TransactionFate.Stage;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which fate of its own transaction lets an order be cancelled. */
class FundingTest {
  private static final Hash HASH = Hash.of(new byte[32]);
  private static final BlockRef BLOCK = new BlockRef(7, HASH);
  private static final SenderNonce PLACE = new SenderNonce(Address.ZERO, 3);

  static Stream<TransactionFate> over() {
    return Stream.of(
        new TransactionFate.NeverSent(Gate.OPEN),
        new TransactionFate.Dropped(HASH, Optional.of(PLACE), FeeMarket.UNKNOWN),
        new TransactionFate.Reverted(HASH, BLOCK, "IsPaused()"),
        new TransactionFate.Replaced(HASH, PLACE, Optional.empty(), Stage.IN_BLOCK));
  }

  static Stream<TransactionFate> coming() {
    return Stream.of(
        new TransactionFate.Included(HASH, BLOCK, 0, Finality.NOT_FINAL),
        new TransactionFate.Included(HASH, BLOCK, 90, Finality.FINAL),
        new TransactionFate.Replaced(HASH, PLACE, Optional.of(HASH), Stage.IN_POOL),
        new TransactionFate.Unknown("not reached in time"));
  }

  @ParameterizedTest
  @MethodSource("over")
  void whatCanNeverBeIncludedStandsInNobodysWay(TransactionFate fate) {
    assertThat(Funding.coming(fate)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("coming")
  void moneyThatMayBeOnItsWayAndWhatNobodySawCancelNothing(TransactionFate fate) {
    assertThat(Funding.coming(fate)).hasValueSatisfying(why -> assertThat(why).isNotBlank());
  }
}
