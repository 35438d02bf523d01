package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestContract;
import dev.metaops.testing.TestTrade;
import dev.metaops.testing.TestTrade.State;
import dev.metaops.testing.TestTrade.Terms;
import java.math.BigInteger;
import java.util.HexFormat;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TradeAttackTest {
  private static final BigInteger PART = BigInteger.valueOf(400);
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000);

  @AutoClose static final TestChain chain = TestChain.start();

  /** All three are contracts, and the arbiter does what anybody tells it. */
  private final TestContract payer = chain.deployContract("FreeParty");

  private final TestContract payee = chain.deployContract("FreeParty");
  private final TestContract judge = chain.deployContract("FreeParty");
  private final TestTrade trade =
      chain.deployTrade(
          new Terms(
              payer.address(),
              payee.address(),
              Address.ZERO,
              AMOUNT,
              judge.address(),
              TestTrade.hashOf("order-1")));

  @Test
  void aPayeeInLeagueWithTheArbiterGetsTheAmountOnce() {
    confirmed();
    chain.setBalance(trade.address(), AMOUNT.multiply(BigInteger.TEN));
    payee.send("onPayment", judge.address(), actOnTrade(trade.releaseCall(PART)));

    through(judge, trade.releaseCall(PART));

    // 400, then 400 inside it, and no third time: only 200 are left
    assertThat(payee.number("callbacksDone")).isEqualTo(1);
    assertThat(trade.contract().artifact().refusal(lastRefusal() + "0".repeat(128)))
        .hasValueSatisfying(refusal -> assertThat(refusal).startsWith("MoreThanLeft("));
    assertThat(trade.released()).isEqualTo(PART.shiftLeft(1));
    assertThat(chain.balance(payee.address())).isEqualTo(PART.shiftLeft(1));
  }

  @Test
  void aPayerInLeagueWithTheArbiterIsRefundedOnce() {
    deposited();
    chain.setBalance(trade.address(), AMOUNT.multiply(BigInteger.TEN));
    payer.send("onPayment", judge.address(), actOnTrade(trade.refundCall()));

    through(judge, trade.refundCall());

    assertThat(payer.number("callbacksDone")).isZero();
    assertThat(chain.balance(payer.address())).isEqualTo(AMOUNT);
    assertThat(trade.state()).isEqualTo(State.REFUNDED);
  }

  @Test
  void aRefusedPaymentChangesNothing() {
    deposited();
    payer.send("refuse", true);
    refuses(trade.refundCall(), payer);
    assertThat(trade.state()).isEqualTo(State.AWAITING_CONFIRMATION);

    through(payee, trade.confirmCall());
    payee.send("refuse", true);
    refuses(trade.releaseCall(AMOUNT), payee);
    assertThat(trade.released()).isZero();

    payee.send("refuse", false);
    through(judge, trade.releaseCall(AMOUNT));
    assertThat(chain.balance(payee.address())).isEqualTo(AMOUNT);
  }

  private void deposited() {
    through(payer, trade.depositCall());
  }

  private void confirmed() {
    deposited();
    through(payee, trade.confirmCall());
  }

  private void refuses(Call call, TestContract recipient) {
    assertThatThrownBy(() -> through(judge, call))
        .isInstanceOf(Reverted.class)
        .hasMessage("TransferFailed(%s, %d)".formatted(recipient.address(), AMOUNT));
  }

  private void through(TestContract party, Call call) {
    chain.send(party.call("act", trade.address(), bytes(call.data())).withValue(call.value()));
  }

  private byte[] actOnTrade(Call call) {
    return bytes(judge.artifact().call("act", trade.address(), bytes(call.data())));
  }

  private String lastRefusal() {
    return "0x" + HexFormat.of().formatHex(payee.bytes("lastRefusal"));
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex, 2, hex.length());
  }
}
