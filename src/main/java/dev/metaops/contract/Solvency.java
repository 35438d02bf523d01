package dev.metaops.contract;

import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Whether the money is there: balance, what the contract owes, what open orders claim. Pure. */
public final class Solvency {
  private Solvency() {}

  /**
   * One token, in its base units.
   *
   * @param balance at the head
   * @param held what the contract says it holds, at the head; empty when it does not say
   * @param heldSettled the same at the settled block
   * @param created put into escrow after the settled block
   * @param ended paid out after the settled block, of whatever token
   */
  public record Money(
      Address token,
      BigInteger balance,
      Optional<BigInteger> held,
      Optional<BigInteger> heldSettled,
      BigInteger created,
      BigInteger ended) {}

  /**
   * What open orders of one token add up to.
   *
   * @param inEscrow of rows whose state says that the money is in escrow
   * @param orders how many those are
   * @param unfunded of rows that wait for it; a listener that is late leaves funded ones here
   */
  public record Claim(Address token, BigInteger inEscrow, long orders, BigInteger unfunded) {
    public static Claim none(Address token) {
      return new Claim(token, BigInteger.ZERO, 0, BigInteger.ZERO);
    }
  }

  /**
   * The balance against what the contract says it holds.
   *
   * @param amounts how people write base units of a token
   */
  public static Check balance(Money money, BiFunction<BigInteger, Address, String> amounts) {
    String subject = "balance of " + name(money.token());
    if (money.held().isEmpty()) {
      return Check.wrong(
          Grade.WARNING,
          Symptom.FUNCTION_WRONG,
          subject,
          "held(address) to compare with",
          amounts.apply(money.balance(), money.token())
              + "; the contract does not say what it holds",
          "metaops contract test functions");
    }
    BigInteger held = money.held().get();
    BigInteger over = money.balance().subtract(held);
    String wanted = "at least the " + amounts.apply(held, money.token()) + " it holds";
    String found = amounts.apply(money.balance(), money.token());
    return switch (over.signum()) {
      case 0 -> Check.fine(subject, wanted, found);
      case 1 ->
          new Check(
              Grade.NOTED,
              Symptom.ESCROW_SURPLUS,
              subject,
              wanted,
              found + ", " + over + " base units more than it owes: forced in, nobody's",
              Optional.empty());
      default ->
          Check.wrong(
              Grade.CRITICAL,
              Symptom.ESCROW_SHORT,
              subject,
              wanted,
              found + ", SHORT by " + over.negate() + " base units",
              Check.PAUSE);
    };
  }

  /**
   * What the contract holds against what open orders claim. A row follows its event by a settled
   * block at the latest, so what happened since then is allowed for in both directions.
   */
  public static List<Check> claims(
      Money money, Claim claim, BiFunction<BigInteger, Address, String> amounts) {
    Address token = money.token();
    String subject = "orders of " + name(token);
    if (money.heldSettled().isEmpty()) {
      return List.of(
          Check.wrong(
              Grade.UNKNOWN,
              Symptom.ORDERS_NOT_COMPARED,
              subject,
              "held(address) at the settled block",
              "not compared: the contract, or the node, does not say what it held there",
              "metaops contract test functions"));
    }
    List<Check> checks = new ArrayList<>();
    BigInteger settled = money.heldSettled().get();
    BigInteger most = settled.add(money.created());
    BigInteger least = settled.subtract(money.ended());
    String found =
        claim.orders()
            + " open orders claim "
            + amounts.apply(claim.inEscrow(), token)
            + ", the contract holds "
            + amounts.apply(settled, token);
    BigInteger missing = claim.inEscrow().subtract(most);
    BigInteger unclaimed = least.subtract(claim.inEscrow()).subtract(claim.unfunded());
    String wanted = "escrow for every order that claims it";
    if (missing.signum() > 0) {
      checks.add(
          Check.wrong(
              Grade.CRITICAL,
              Symptom.ORDERS_WITHOUT_ESCROW,
              subject,
              wanted,
              found + ": " + amounts.apply(missing, token) + " without escrow",
              Check.STUCK));
    } else if (unclaimed.signum() > 0) {
      checks.add(
          Check.wrong(
              Grade.WARNING,
              Symptom.ESCROW_WITHOUT_ORDERS,
              subject,
              "an order for every escrow",
              found + ": " + unclaimed + " base units that no open order claims",
              Check.STUCK));
    } else {
      checks.add(Check.fine(subject, wanted, found));
    }
    return checks;
  }

  private static String name(Address token) {
    return token.equals(Address.ZERO) ? "the chain's coin" : token.text();
  }
}
