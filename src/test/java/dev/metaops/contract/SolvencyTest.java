package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.contract.Solvency.Claim;
import dev.metaops.contract.Solvency.Money;
import java.math.BigInteger;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SolvencyTest {
  @ParameterizedTest
  @CsvSource({
    "100, 100, AS_EXPECTED",
    "99, 100, ESCROW_SHORT",
    "0, 1, ESCROW_SHORT",
    "101, 100, ESCROW_SURPLUS",
    "0, 0, AS_EXPECTED"
  })
  void oneBaseUnitDecides(long balance, long held, Symptom symptom) {
    assertThat(Solvency.balance(money(balance, held, held, 0, 0), SolvencyTest::text).symptom())
        .isEqualTo(symptom);
  }

  /** Settled holding, created and ended since, claimed and unfunded rows. */
  @ParameterizedTest
  @CsvSource({
    "10, 0, 0, 10, 0, AS_EXPECTED",
    "10, 0, 0, 11, 0, ORDERS_WITHOUT_ESCROW",
    "10, 1, 0, 11, 0, AS_EXPECTED", // created a moment ago
    "10, 1, 0, 12, 0, ORDERS_WITHOUT_ESCROW",
    "10, 0, 4, 10, 0, AS_EXPECTED", // paid out a moment ago, the row waits for finality
    "10, 0, 4, 6, 0, AS_EXPECTED",
    "10, 0, 0, 9, 0, ESCROW_WITHOUT_ORDERS",
    "10, 0, 0, 9, 1, AS_EXPECTED", // funded, and the row not moved yet
    "0, 0, 0, 0, 5, AS_EXPECTED",
    "0, 0, 0, 1, 0, ORDERS_WITHOUT_ESCROW"
  })
  void whatHappenedSinceTheSettledBlockIsAllowedFor(
      long settled, long created, long ended, long claimed, long unfunded, Symptom symptom) {
    Claim claim =
        new Claim(Address.ZERO, BigInteger.valueOf(claimed), 1, BigInteger.valueOf(unfunded));
    assertThat(
            Solvency.claims(
                money(settled, settled, settled, created, ended), claim, SolvencyTest::text))
        .extracting(Check::symptom)
        .containsExactly(symptom);
  }

  @Test
  void aContractThatDoesNotSayWhatItHoldsIsAWarningNotAPass() {
    Money silent =
        new Money(
            Address.ZERO,
            BigInteger.TEN,
            Optional.empty(),
            Optional.empty(),
            BigInteger.ZERO,
            BigInteger.ZERO);
    assertThat(Solvency.balance(silent, SolvencyTest::text).grade()).isEqualTo(Grade.WARNING);
  }

  private static Money money(long balance, long held, long settled, long created, long ended) {
    return new Money(
        Address.ZERO,
        BigInteger.valueOf(balance),
        Optional.of(BigInteger.valueOf(held)),
        Optional.of(BigInteger.valueOf(settled)),
        BigInteger.valueOf(created),
        BigInteger.valueOf(ended));
  }

  private static String text(BigInteger units, Address token) {
    return units + " of " + token.brief();
  }
}
