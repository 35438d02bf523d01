package dev.metaops.escrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How a row says which escrow is its own. */
class KeyRuleTest {
  private static final Address BUYER = new Address("0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
  private static final Address SELLER = new Address("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC");
  private static final Hash SEVEN = new Hash("0x" + "0".repeat(63) + "7");

  @Test
  void derivesItFromTheTermsWhenAllAreThere() {
    assertThat(key(KeyRule.DERIVED, "o-1", Optional.of(BUYER), ""))
        .contains(EscrowKey.of("o-1", BUYER, SELLER, Address.ZERO, BigInteger.TEN));
    assertThat(key(KeyRule.DERIVED, "o-1", Optional.empty(), "")).isEmpty();
  }

  @Test
  void readsItFromTheIdOrTheContract() {
    assertThat(key(KeyRule.KECCAK_ID, "o-1", Optional.empty(), "")).contains(Words.keccak("o-1"));
    assertThat(key(KeyRule.UINT_ID, "7", Optional.empty(), "")).contains(SEVEN);
    assertThat(key(KeyRule.UINT_ID, "seven", Optional.empty(), "")).isEmpty();
    assertThat(key(KeyRule.UINT_ID, "-7", Optional.empty(), "")).isEmpty();
    assertThat(key(KeyRule.UINT_ID, "9".repeat(78), Optional.empty(), "")).isEmpty();
    assertThat(key(KeyRule.BYTES32_ID, SEVEN.text(), Optional.empty(), "")).contains(SEVEN);
    assertThat(key(KeyRule.BYTES32_ID, "0x07", Optional.empty(), "")).isEmpty();
    assertThat(key(KeyRule.CONTRACT, "o-1", Optional.empty(), "")).contains(Words.of(SELLER));
  }

  @Test
  void theColumnWinsWhateverItsSpelling() {
    for (String spelling :
        new String[] {
          "7", SEVEN.text(), SEVEN.text().substring(2), "\\x" + SEVEN.text().substring(2)
        }) {
      assertThat(key(KeyRule.DERIVED, "o-1", Optional.of(BUYER), spelling)).contains(SEVEN);
    }
    assertThat(key(KeyRule.COLUMN, "o-1", Optional.of(BUYER), BUYER.text()))
        .contains(Words.of(BUYER));
    assertThat(key(KeyRule.COLUMN, "o-1", Optional.of(BUYER), "")).isEmpty();
    assertThat(key(KeyRule.DERIVED, "o-1", Optional.of(BUYER), "rubbish")).isEmpty();
  }

  private static Optional<Hash> key(
      KeyRule rule, String id, Optional<Address> buyer, String column) {
    return rule.keyOf(
        id,
        buyer,
        Optional.of(SELLER),
        Optional.of(Address.ZERO),
        Optional.of(BigInteger.TEN),
        Optional.of(SELLER),
        column.isEmpty() ? Optional.empty() : Optional.of(column));
  }
}
