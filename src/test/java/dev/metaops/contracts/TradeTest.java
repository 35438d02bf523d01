package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.testing.Call;
import dev.metaops.testing.Receipt;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTrade.State;
import java.math.BigInteger;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TradeTest {
  @AutoClose static final TestChain chain = TestChain.start();

  private final Address depositor = chain.buyer();
  private final Address counterparty = chain.seller();
  private final Address arbiter = chain.arbiter();
  private final Address stranger = chain.account(7);
  private final TestTrade trade = chain.deployTrade("order-1");

  @Test
  void theMoneyGoesToTheCounterpartyInParts() {
    BigInteger before = chain.balance(counterparty);
    stands(State.AWAITING_DEPOSIT, 0);
    trade.deposit();
    stands(State.AWAITING_CONFIRMATION, 0);
    Receipt confirmed = trade.confirm();
    stands(State.COMPLETE, 0);
    trade.execute();
    assertThat(trade.traded()).isTrue();

    trade.release(BigInteger.TEN);
    stands(State.COMPLETE, 10);
    trade.release(BigInteger.TWO);
    stands(State.COMPLETE, 12);
    trade.releaseAll();

    assertThat(trade.released()).isEqualTo(TestChain.ETHER);
    assertThat(chain.balance(trade.address())).isZero();
    assertThat(chain.balance(counterparty).add(confirmed.fee()).subtract(before))
        .isEqualTo(TestChain.ETHER);
    refuses(trade.releaseCall(BigInteger.ONE), "MoreThanLeft(1, 0)");
  }

  @Test
  void theMoneyGoesBackBeforeTheConfirmation() {
    trade.deposit();
    BigInteger before = chain.balance(depositor);

    trade.refund();

    assertThat(chain.balance(depositor).subtract(before)).isEqualTo(TestChain.ETHER);
    assertThat(chain.balance(trade.address())).isZero();
    assertThat(trade.state()).isEqualTo(State.REFUNDED);
    for (Call call : List.of(trade.depositCall(), trade.confirmCall(), trade.refundCall())) {
      refuses(call, "WrongState(3)");
    }
    refuses(trade.releaseCall(BigInteger.ONE), "WrongState(3)");
  }

  @Test
  void everyoneKeepsToTheirPart() {
    refusesAllBut(depositor, trade.depositCall());
    trade.deposit();
    refusesAllBut(counterparty, trade.confirmCall());
    refusesAllBut(arbiter, trade.refundCall());
    trade.confirm();
    refusesAllBut(depositor, trade.executeCall(List.of(depositor, counterparty)));
    refusesAllBut(arbiter, trade.releaseCall(BigInteger.ONE));
    stands(State.COMPLETE, 0);
  }

  @Test
  void everythingInItsTime() {
    refuses(trade.confirmCall(), "WrongState(0)");
    refuses(trade.refundCall(), "WrongState(0)");
    refuses(trade.releaseCall(BigInteger.ONE), "WrongState(0)");
    refuses(trade.executeCall(List.of(depositor, counterparty)), "WrongState(0)");
    trade.deposit();
    refuses(trade.depositCall(), "WrongState(1)");
    refuses(trade.releaseCall(BigInteger.ONE), "WrongState(1)");
    refuses(trade.executeCall(List.of(depositor, counterparty)), "WrongState(1)");
    trade.confirm();
    refuses(trade.depositCall(), "WrongState(2)");
    refuses(trade.confirmCall(), "WrongState(2)");
    refuses(trade.refundCall(), "WrongState(2)");
    assertThat(chain.balance(trade.address())).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theDepositIsTheAmountExactly() {
    refuses(
        trade.depositCall().withValue(BigInteger.ONE), "WrongValue(1, " + TestChain.ETHER + ")");
    refuses(
        trade.depositCall().withValue(TestChain.ETHER.add(BigInteger.ONE)),
        "WrongValue(" + TestChain.ETHER.add(BigInteger.ONE) + ", " + TestChain.ETHER + ")");
    Call plain = Call.to(trade.address(), depositor, "0x").withValue(TestChain.ETHER);
    assertThatThrownBy(() -> chain.send(plain)).isInstanceOf(Reverted.class);
  }

  @Test
  void partsAreSomethingAndAtMostWhatIsLeft() {
    trade.deposit();
    trade.confirm();
    BigInteger tooMuch = TestChain.ETHER.add(BigInteger.ONE);
    refuses(trade.releaseCall(BigInteger.ZERO), "ZeroAmount()");
    refuses(trade.releaseCall(tooMuch), "MoreThanLeft(" + tooMuch + ", " + TestChain.ETHER + ")");
    BigInteger endless = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
    refuses(trade.releaseCall(endless), "MoreThanLeft(" + endless + ", " + TestChain.ETHER + ")");
  }

  @Test
  void coinsForcedInAreNotReleased() {
    trade.deposit();
    trade.confirm();
    chain.setBalance(trade.address(), TestChain.ETHER.shiftLeft(1));
    trade.releaseAll();
    refuses(trade.releaseCall(BigInteger.ONE), "MoreThanLeft(1, 0)");
    assertThat(chain.balance(trade.address())).isEqualTo(TestChain.ETHER);
  }

  @Test
  void theTradeStepIsRecordedOnceWhileThereIsMoney() {
    trade.deposit();
    trade.confirm();
    refuses(trade.executeCall(List.of(depositor)), "InvalidPathLength(1)");
    refuses(trade.executeCall(Collections.nCopies(9, depositor)), "InvalidPathLength(9)");
    BigInteger now = BigInteger.valueOf(chain.now().getEpochSecond());
    chain.setNextTimestamp(chain.now().plusSeconds(10));
    refuses(
        trade.executeCall(List.of(depositor, counterparty), now.add(BigInteger.valueOf(9))),
        "TooLate(%d, %d)".formatted(now.longValue() + 9, now.longValue() + 10));
    chain.send(trade.executeCall(Collections.nCopies(8, depositor)));
    refuses(
        trade.executeCall(List.of(depositor, counterparty)),
        "TradeStepOver(true, " + TestChain.ETHER + ")");

    TestTrade paid = chain.deployTrade("order-2");
    paid.deposit();
    paid.confirm();
    paid.releaseAll();
    refuses(paid.executeCall(List.of(depositor, counterparty)), "TradeStepOver(false, 0)");
  }

  private void stands(State state, long released) {
    assertThat(trade.state()).isEqualTo(state);
    assertThat(trade.released()).isEqualTo(BigInteger.valueOf(released));
    BigInteger inside =
        state == State.AWAITING_DEPOSIT
            ? BigInteger.ZERO
            : TestChain.ETHER.subtract(BigInteger.valueOf(released));
    assertThat(chain.balance(trade.address())).isEqualTo(inside);
  }

  private void refusesAllBut(Address expected, Call call) {
    for (Address other : List.of(depositor, counterparty, arbiter, stranger)) {
      if (!other.equals(expected)) {
        refuses(call.by(other), "NotAllowed(%s, %s)".formatted(other, expected));
      }
    }
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
