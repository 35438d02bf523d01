package dev.metaops.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.demo.RegistryContract.Status;
import dev.metaops.testing.Call;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.testing.TestRegistry.Placed;
import dev.metaops.testing.TestToken;
import dev.metaops.testing.TestToken.Kind;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The contract's invariant over a long random life; a failure names the step and repeats. */
class HeldTest {
  private static final int STEPS = 120;

  @AutoClose static final TestChain chain = TestChain.start();

  private final TestRegistry registry = chain.deployRegistry();
  private final List<TestToken> tokens =
      List.of(chain.deployToken(), chain.deployToken(Kind.SILENT));
  private final List<Placed> open = new ArrayList<>();
  private final Map<Address, BigInteger> owed = new HashMap<>();
  private final Random random = new Random(20_260_301);

  @Test
  void heldIsWhatIsOpenOfEachTokenWhateverHappened() {
    for (int step = 0; step < STEPS; step++) {
      String done = open.isEmpty() || random.nextInt(5) < 2 ? create(step) : end();
      agrees(Address.ZERO, chain.balance(registry.address()), step + ": " + done);
      for (TestToken token : tokens) {
        agrees(token.address(), token.balance(registry.address()), step + ": " + done);
      }
    }
  }

  private String create(int step) {
    BigInteger amount = BigInteger.valueOf(1 + random.nextInt(1_000_000));
    int which = random.nextInt(1 + tokens.size());
    Placed placed =
        which == tokens.size()
            ? registry.create("order-" + step, amount)
            : registry.create("order-" + step, tokens.get(which), amount);
    open.add(placed);
    owed.merge(placed.terms().token(), amount, BigInteger::add);
    return "create";
  }

  private String end() {
    int at = random.nextInt(open.size());
    Placed placed = open.get(at);
    Hash key = placed.key();
    int way = random.nextInt(5);
    if (way == 4) {
      if (registry.status(key) == Status.HELD) {
        registry.dispute(key);
      }
      return "dispute";
    }
    Call call =
        registry.status(key) == Status.DISPUTED
            ? (way % 2 == 0 ? registry.releaseCall(key) : registry.refundCall(key))
                .by(chain.arbiter())
            : switch (way) {
              case 0, 1 -> registry.releaseCall(key);
              case 2 -> registry.refundCall(key);
              default -> registry.cancelCall(key);
            };
    chain.send(call);
    open.remove(at);
    owed.merge(placed.terms().token(), placed.terms().amount().negate(), BigInteger::add);
    return "way out " + way;
  }

  private void agrees(Address token, BigInteger balance, String step) {
    BigInteger expected = owed.getOrDefault(token, BigInteger.ZERO);
    assertThat(registry.held(token)).as(step).isEqualTo(expected);
    assertThat(balance).as(step).isEqualTo(expected);
  }
}
