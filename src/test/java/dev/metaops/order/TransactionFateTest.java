package dev.metaops.order;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.Fee;
import dev.metaops.chain.FeeMarket;
import dev.metaops.chain.Hash;
import dev.metaops.chain.SenderNonce;
import dev.metaops.chain.Transaction;
import dev.metaops.order.TransactionSigns.Moment;
import dev.metaops.order.TransactionSigns.Outcome;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What became of a transaction: every fate by name, and some fate for everything seen. */
class TransactionFateTest {
  private static final Address SENDER = new Address("0x" + "5e".repeat(20));
  private static final Address ESCROW = new Address("0x" + "e5".repeat(20));
  private static final Hash HASH = new Hash("0x" + "aa".repeat(32));
  private static final Hash OTHER = new Hash("0x" + "bb".repeat(32));
  private static final BlockRef BLOCK = new BlockRef(90, new Hash("0x" + "90".repeat(32)));
  private static final BigInteger RICH = BigInteger.TEN.pow(18);
  private static final BigInteger BASE = gwei(10);
  private static final FeeMarket MARKET = new FeeMarket(Optional.of(BASE), Optional.of(gwei(1)));
  private static final Moment MOMENT = new Moment(100, Optional.of(95L), MARKET);
  private static final Transaction MINE = transaction(HASH, 7, gwei(20));
  private static final SenderNonce PLACE = MINE.place();

  private static BigInteger gwei(long amount) {
    return BigInteger.valueOf(amount).multiply(BigInteger.TEN.pow(9));
  }

  private static Transaction transaction(Hash hash, long nonce, BigInteger most) {
    return new Transaction(
        hash,
        new SenderNonce(SENDER, nonce),
        Optional.of(ESCROW),
        BigInteger.ZERO,
        "0x12345678",
        100_000,
        new Fee(most, gwei(1)),
        Optional.empty());
  }

  private static Transaction included(Transaction transaction) {
    return new Transaction(
        transaction.hash(),
        transaction.place(),
        transaction.to(),
        transaction.value(),
        transaction.input(),
        transaction.gasLimit(),
        transaction.fee(),
        Optional.of(BLOCK));
  }

  private static SenderAccount account(long nonce, BigInteger balance, Transaction... pool) {
    return new SenderAccount(SENDER, nonce, Optional.empty(), balance, Optional.of(List.of(pool)));
  }

  private static SenderAccount poolHidden(long nonce, long pendingNonce) {
    return new SenderAccount(SENDER, nonce, Optional.of(pendingNonce), RICH, Optional.empty());
  }

  private static TransactionSigns.Seen seen(
      Optional<Transaction> known, Optional<SenderAccount> account) {
    return new TransactionSigns.Seen(
        HASH,
        MOMENT,
        known,
        Optional.empty(),
        Optional.of(PLACE),
        account,
        Optional.empty(),
        Optional.empty());
  }

  private static PendingWait why(Transaction known, SenderAccount account) {
    return ((TransactionFate.Pending)
            TransactionFate.of(seen(Optional.of(known), Optional.of(account))))
        .why();
  }

  @Test
  void saysWhyOneThatIsNextInLineWaits() {
    assertThat(why(MINE, account(7, RICH, MINE))).isEqualTo(new PendingWait.ForBlock());
    Transaction cheap = transaction(HASH, 7, gwei(9));
    assertThat(why(cheap, account(7, RICH, cheap))).isEqualTo(new PendingWait.FeeTooLow(BASE));
    BigInteger needs = gwei(20).multiply(BigInteger.valueOf(100_000));
    assertThat(why(MINE, account(7, needs, MINE))).isEqualTo(new PendingWait.ForBlock());
    BigInteger has = needs.subtract(BigInteger.ONE);
    assertThat(why(MINE, account(7, has, MINE)))
        .isEqualTo(new PendingWait.BalanceTooLow(needs, has));
  }

  @Test
  void saysWhatIsInFront() {
    Transaction older = transaction(OTHER, 6, gwei(20));
    assertThat(why(MINE, account(6, RICH, older, MINE)))
        .isEqualTo(
            new PendingWait.Behind(
                6, Optional.of(new PendingWait.Older(older, new PendingWait.ForBlock()))));
    Transaction cheap = transaction(OTHER, 6, gwei(9));
    PendingWait blocked = why(MINE, account(6, RICH, cheap, MINE));
    assertThat(blocked)
        .isEqualTo(
            new PendingWait.Behind(
                6, Optional.of(new PendingWait.Older(cheap, new PendingWait.FeeTooLow(BASE)))));
    assertThat(blocked.isTrouble()).isTrue();
    Transaction mine = transaction(HASH, 7, gwei(9));
    assertThat(why(mine, account(6, RICH, older, mine)))
        .as("its own fee keeps it out, whatever is in front")
        .isEqualTo(new PendingWait.FeeTooLow(BASE));
  }

  @Test
  void namesTheLowestNonceThatIsMissing() {
    Transaction five = transaction(OTHER, 5, gwei(20));
    assertThat(why(MINE, account(5, RICH, five, MINE))).isEqualTo(new PendingWait.NonceGap(6));
    assertThat(why(MINE, account(4, RICH, five, MINE))).isEqualTo(new PendingWait.NonceGap(4));
    assertThat(why(MINE, poolHidden(4, 6))).isEqualTo(new PendingWait.NonceGap(6));
    assertThat(why(MINE, poolHidden(4, 4))).isEqualTo(new PendingWait.NonceGap(4));
  }

  @Test
  void whatANodeHidesIsNotCalledFine() {
    PendingWait behind = why(MINE, poolHidden(5, 8));
    assertThat(behind).isEqualTo(new PendingWait.Behind(5, Optional.empty()));
    assertThat(behind.isTrouble()).isTrue();
    assertThat(why(MINE, poolHidden(7, 8))).isEqualTo(new PendingWait.ForBlock());
  }

  @Test
  void tellsDroppedReplacedAndIncludedApart() {
    Optional<Transaction> nothing = Optional.empty();
    assertThat(TransactionFate.of(seen(nothing, Optional.of(account(7, RICH)))))
        .isEqualTo(new TransactionFate.Dropped(HASH, Optional.of(PLACE), MARKET));
    assertThat(TransactionFate.of(seen(nothing, Optional.of(account(8, RICH)))))
        .isEqualTo(
            new TransactionFate.Replaced(
                HASH, PLACE, Optional.empty(), TransactionFate.Stage.IN_BLOCK));
    Transaction other = transaction(OTHER, 7, gwei(30));
    assertThat(TransactionFate.of(seen(nothing, Optional.of(account(7, RICH, other)))))
        .isEqualTo(
            new TransactionFate.Replaced(
                HASH, PLACE, Optional.of(OTHER), TransactionFate.Stage.IN_POOL));
    assertThat(TransactionFate.of(seen(nothing, Optional.empty())))
        .isInstanceOf(TransactionFate.Unknown.class);
    assertThat(TransactionFate.of(seen(Optional.of(included(MINE)), Optional.empty())))
        .as("in a block without a receipt: the node is between two answers")
        .isInstanceOf(TransactionFate.Unknown.class);
  }

  @Test
  void saysWhatHasToBeSentNext() {
    Transaction cheap = transaction(HASH, 7, gwei(9));
    NextTransaction speedUp = next(cheap, account(7, RICH, cheap));
    assertThat(speedUp.nonce()).contains(7L);
    assertThat(speedUp.to()).contains(ESCROW);
    assertThat(speedUp.least().orElseThrow())
        .as("at least a tenth more of both, and enough for a base fee that rises by an eighth")
        .isEqualTo(
            new Fee(BigInteger.valueOf(11_250_000_000L), BigInteger.valueOf(1_100_000_000L)));
    Transaction five = transaction(OTHER, 5, gwei(20));
    NextTransaction fill = next(MINE, account(5, RICH, five, MINE));
    assertThat(fill.nonce()).contains(6L);
    assertThat(fill.to()).contains(SENDER);
    assertThat(fill.least()).contains(new Fee(gwei(11), gwei(1)));
    NextTransaction topUp = next(MINE, account(7, BigInteger.ONE, MINE));
    assertThat(topUp.to()).contains(SENDER);
    assertThat(topUp.value()).contains(MINE.needs().subtract(BigInteger.ONE));
    Transaction front = transaction(OTHER, 6, gwei(9));
    NextTransaction ofFront = next(MINE, account(6, RICH, front, MINE));
    assertThat(ofFront.nonce()).contains(6L);
    assertThat(new Fee(BigInteger.ONE, BigInteger.ZERO).replacement())
        .as("a tenth of nearly nothing is still more")
        .isEqualTo(new Fee(BigInteger.TWO, BigInteger.ONE));
  }

  private static NextTransaction next(Transaction known, SenderAccount account) {
    return TransactionFate.of(seen(Optional.of(known), Optional.of(account))).next().orElseThrow();
  }

  private static final List<Optional<Transaction>> KNOWN =
      List.of(
          Optional.empty(),
          Optional.of(MINE),
          Optional.of(transaction(HASH, 7, gwei(9))),
          Optional.of(included(MINE)));
  private static final List<Optional<Outcome>> OUTCOMES =
      List.of(
          Optional.empty(),
          Optional.of(new Outcome(BLOCK, Execution.SUCCEEDED, Optional.empty())),
          Optional.of(new Outcome(BLOCK, Execution.UNSTATED, Optional.empty())),
          Optional.of(new Outcome(BLOCK, Execution.REVERTED, Optional.empty())),
          Optional.of(new Outcome(BLOCK, Execution.REVERTED, Optional.of("IsPaused()"))));
  private static final List<Optional<SenderAccount>> ACCOUNTS =
      List.of(
          Optional.empty(),
          Optional.of(account(6, RICH)),
          Optional.of(account(6, RICH, transaction(OTHER, 6, gwei(9)), MINE)),
          Optional.of(account(7, RICH, MINE)),
          Optional.of(account(7, BigInteger.ZERO, MINE)),
          Optional.of(account(7, RICH, transaction(OTHER, 7, gwei(30)))),
          Optional.of(account(8, RICH)),
          Optional.of(poolHidden(5, 8)),
          Optional.of(poolHidden(5, 6)),
          Optional.of(poolHidden(7, 7)),
          Optional.of(poolHidden(8, 8)));

  @Test
  void everythingSeenGetsAFateThatKeepsTheRules() {
    Map<String, Integer> counts = new TreeMap<>();
    int judged = 0;
    for (Optional<Transaction> known : KNOWN) {
      for (Optional<Outcome> outcome : OUTCOMES) {
        for (Optional<SenderNonce> remembered :
            List.of(Optional.<SenderNonce>empty(), Optional.of(PLACE))) {
          for (Optional<SenderAccount> account : ACCOUNTS) {
            for (Optional<Hash> successor :
                List.of(Optional.<Hash>empty(), Optional.of(OTHER), Optional.of(HASH))) {
              for (Optional<String> refusal :
                  List.of(Optional.<String>empty(), Optional.of("IsPaused()"))) {
                for (Moment moment :
                    List.of(MOMENT, new Moment(80, Optional.empty(), FeeMarket.UNKNOWN))) {
                  var signs =
                      new TransactionSigns.Seen(
                          HASH, moment, known, outcome, remembered, account, successor, refusal);
                  TransactionFate fate = TransactionFate.of(signs);
                  keepsTheRules(signs, fate);
                  counts.merge(fate.getClass().getSimpleName(), 1, Integer::sum);
                  judged++;
                }
              }
            }
          }
        }
      }
    }
    assertThat(judged).isEqualTo(4 * 5 * 2 * 11 * 3 * 2 * 2);
    assertThat(counts.keySet())
        .containsExactly("Dropped", "Included", "Pending", "Replaced", "Reverted", "Unknown");
  }

  private static void keepsTheRules(TransactionSigns.Seen signs, TransactionFate fate) {
    String what = signs + " -> " + fate.sentence();
    assertThat(fate.sentence()).as(what).isNotBlank().doesNotEndWith(".").doesNotContain("null");
    if (!fate.isTrouble()) {
      assertThat(fate.next()).as(what).isEmpty();
    }
    boolean hasReceipt = signs.outcome().isPresent();
    switch (fate) {
      case TransactionFate.NeverSent _ -> throw new AssertionError(what);
      case TransactionFate.Included included -> {
        assertThat(hasReceipt).as(what).isTrue();
        assertThat(included.confirmations()).as(what).isNotNegative();
        if (signs.moment().settled().isEmpty()) {
          assertThat(included.finality()).isEqualTo(TransactionFate.Finality.UNKNOWN);
        }
      }
      case TransactionFate.Reverted _ ->
          assertThat(signs.outcome().orElseThrow().execution())
              .as(what)
              .isEqualTo(Execution.REVERTED);
      case TransactionFate.Pending _ -> {
        assertThat(hasReceipt).as(what).isFalse();
        assertThat(signs.known()).as(what).isPresent();
        assertThat(signs.account().orElseThrow().nonce()).as(what).isLessThanOrEqualTo(7);
      }
      case TransactionFate.Dropped _ -> {
        assertThat(hasReceipt || signs.known().isPresent()).as(what).isFalse();
        assertThat(signs.place().isEmpty() || signs.account().orElseThrow().nonce() <= 7)
            .as(what)
            .isTrue();
      }
      case TransactionFate.Replaced(_, _, Optional<Hash> by, _) -> {
        assertThat(hasReceipt).as(what).isFalse();
        assertThat(by).as(what).isNotEqualTo(Optional.of(HASH));
      }
      case TransactionFate.Unknown _ -> assertThat(hasReceipt).as(what).isFalse();
    }
  }

  @Test
  void withoutAHashOrALookItSaysSo() {
    TransactionFate never = TransactionFate.of(new TransactionSigns.NoHash(Gate.OPEN));
    assertThat(never.isTrouble()).isFalse();
    TransactionFate paused = TransactionFate.of(new TransactionSigns.NoHash(Gate.PAUSED));
    assertThat(paused.isTrouble()).isTrue();
    assertThat(paused.sentence()).contains("paused");
    TransactionFate unseen = TransactionFate.of(new TransactionSigns.NotSeen("no node"));
    assertThat(unseen.isTrouble()).isFalse();
    assertThat(unseen.sentence()).endsWith("could not be followed: no node");
  }
}
