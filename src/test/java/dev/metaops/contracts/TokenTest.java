package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.testing.Call;
import dev.metaops.testing.Reverted;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestToken.Kind;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TokenTest {
  private static final BigInteger AMOUNT = BigInteger.valueOf(1_000);

  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final Address buyer = chain.buyer();
  private final Address seller = chain.seller();

  @Test
  void takesTheTokensAndPaysThemToTheSeller() {
    for (Kind kind : Kind.values()) {
      TestToken token = chain.deployToken(kind);
      var placed = registry.create("order-1", token, AMOUNT);
      assertThat(registry.escrow(placed.key()).token()).isEqualTo(token.address());
      assertThat(token.balance(buyer)).isZero();
      holds(token, AMOUNT);

      registry.release(placed.key());

      assertThat(token.balance(seller)).as(kind.name()).isEqualTo(AMOUNT);
      assertThat(registry.status(placed.key())).isEqualTo(Status.RELEASED);
      holds(token, BigInteger.ZERO);
    }
    assertThat(registry.held()).isZero();
  }

  @Test
  void everyWayBackPaysTheBuyerInTheToken() {
    for (Kind kind : List.of(Kind.PLAIN, Kind.SILENT)) {
      TestToken token = chain.deployToken(kind);
      var late = registry.create("order-1", token, AMOUNT);
      registry.refund(registry.create("order-2", token, AMOUNT).key());
      registry.cancel(registry.create("order-3", token, AMOUNT).key());
      Hash disputed = registry.create("order-4", token, AMOUNT).key();
      registry.dispute(disputed);
      holds(token, AMOUNT.shiftLeft(1));
      chain.send(registry.refundCall(disputed).by(chain.arbiter()));
      chain.setNextTimestamp(late.terms().deadline());
      chain.send(registry.refundCall(late.key()).by(buyer));

      assertThat(token.balance(buyer)).isEqualTo(AMOUNT.shiftLeft(2));
      holds(token, BigInteger.ZERO);
    }
  }

  @Test
  void theEventNamesTheTokenUnderTheSameTopic() {
    TestToken token = chain.deployToken();
    Hash created = registry.create("order-1").receipt().logs().getFirst().topics().getFirst();

    var placed = registry.create("order-1", token, AMOUNT);

    List<Log> own =
        placed.receipt().logs().stream()
            .filter(log -> log.address().equals(registry.address()))
            .toList();
    assertThat(own).hasSize(1);
    assertThat(own.getFirst().topics().getFirst()).isEqualTo(created);
    assertThat(own.getFirst().topics().get(1)).isEqualTo(registry.keyOf(placed.terms()));
    assertThat(own.getFirst().data()).contains(token.address().text().substring(2));
  }

  @Test
  void theSameOrderInCoinsAndInTwoTokensIsThreeEscrows() {
    TestToken first = chain.deployToken();
    TestToken second = chain.deployToken();
    Hash inCoins = registry.create("order-1", AMOUNT).key();
    Hash inFirst = registry.create("order-1", first, AMOUNT).key();
    Hash inSecond = registry.create("order-1", second, AMOUNT).key();

    registry.release(inFirst);

    assertThat(List.of(inCoins, inFirst, inSecond)).doesNotHaveDuplicates();
    assertThat(registry.status(inCoins)).isEqualTo(Status.HELD);
    assertThat(registry.status(inSecond)).isEqualTo(Status.HELD);
    holds(first, BigInteger.ZERO);
    holds(second, AMOUNT);
    assertThat(registry.held()).isEqualTo(AMOUNT);
  }

  @Test
  void coinsDoNotComeWithTokens() {
    Terms terms = registry.terms("order-1", chain.deployToken(), AMOUNT);
    refuses(registry.createCall(terms).withValue(BigInteger.ONE), "WrongValue(1, 0)");
    refuses(registry.createCall(terms).withValue(AMOUNT), "WrongValue(1000, 0)");
    assertThat(chain.balance(registry.address())).isZero();
  }

  @Test
  void theBuyerOwnsTheTokensAndLetsThemGo() {
    for (Kind kind : List.of(Kind.PLAIN, Kind.SILENT, Kind.FALSE)) {
      TestToken token = chain.deployToken(kind);
      Terms terms = registry.terms("order-1", token, AMOUNT);
      String refusal = "PullFailed(%s, %s, %d)".formatted(token.address(), buyer, AMOUNT);

      token.approve(buyer, registry.address(), AMOUNT.subtract(BigInteger.ONE));
      refuses(registry.createCall(terms), refusal);

      token.approve(buyer, registry.address(), AMOUNT);
      token.transfer(buyer, chain.account(5), BigInteger.ONE);
      refuses(registry.createCall(terms), refusal);
      holds(token, BigInteger.ZERO);
    }
  }

  @Test
  void whatIsNoContractIsNoToken() {
    for (Address nobody :
        List.of(chain.account(9), new Address("0x0000000000000000000000000000000000000004"))) {
      refuses(registry.createCall(termsIn(nobody)), "UnsupportedToken(" + nobody + ")");
    }
    for (Address notToken :
        List.of(registry.address(), chain.deployContract("BlindToken").address())) {
      refuses(registry.createCall(termsIn(notToken)), "BalanceUnreadable(" + notToken + ")");
    }
  }

  @Test
  void tokensSentWithoutAnEscrowBelongToNobody() {
    TestToken token = chain.deployToken();
    token.mint(registry.address(), AMOUNT);
    Hash key = registry.create("order-1", token, AMOUNT).key();
    assertThat(registry.held(token.address())).isEqualTo(AMOUNT);

    registry.release(key);

    assertThat(registry.held(token.address())).isZero();
    assertThat(token.balance(registry.address())).isEqualTo(AMOUNT);
  }

  private void holds(TestToken token, BigInteger amount) {
    assertThat(registry.held(token.address())).isEqualTo(amount);
    assertThat(token.balance(registry.address())).isEqualTo(amount);
  }

  private Terms termsIn(Address token) {
    return new Terms("order-1", buyer, seller, token, AMOUNT, chain.now().plusSeconds(60));
  }

  private static void refuses(Call call, String refusal) {
    assertThatThrownBy(() -> chain.send(call)).isInstanceOf(Reverted.class).hasMessage(refusal);
  }
}
