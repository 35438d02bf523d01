package dev.metaops.deployment;

import dev.metaops.chain.Address;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.contract.Solvency.Claim;
import dev.metaops.order.OrderState;
import dev.metaops.orders.OrderBook;
import dev.metaops.orders.Sum;
import dev.metaops.reach.Books;
import dev.metaops.reach.DatabaseWords;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What open orders say is in escrow, by token. The one place here that reads the orders. */
sealed interface OrderClaims {
  record Read(Map<Address, Claim> byToken) implements OrderClaims {}

  record NotConfigured() implements OrderClaims {}

  /** The door that is configured cannot add up yet. */
  record NotThroughThisDoor(String why) implements OrderClaims {}

  record Unreachable(String why) implements OrderClaims {}

  static OrderClaims read(Conversation conversation, Deadline deadline) {
    if (conversation.settings().orders().door().isEmpty()) {
      return new NotConfigured();
    }
    try (Books books = Books.open(conversation, "metaops contract test", deadline)) {
      Optional<Books.Caveat> caveat = books.caveat();
      if (caveat.isPresent() && caveat.get().exit() == ExitCode.COULD_NOT) {
        return new NotThroughThisDoor(caveat.get().sentence());
      }
      OrderBook orders = books.orders();
      // Far enough ahead that no open order is left out.
      List<Sum> open = orders.openBefore(orders.now().plus(Duration.ofDays(365)));
      return open.stream().anyMatch(sum -> sum.token().isEmpty())
          ? new NotThroughThisDoor(
              "the orders table does not say of which token its amounts are (set orders.token)")
          : new Read(added(open));
    } catch (SQLException failure) {
      return new Unreachable(DatabaseWords.of(failure));
    }
  }

  private static Map<Address, Claim> added(List<Sum> sums) {
    Map<Address, Claim> byToken = new TreeMap<>();
    for (Sum sum : sums) {
      sum.token().ifPresent(token -> byToken.merge(token, claim(sum, token), OrderClaims::both));
    }
    return byToken;
  }

  private static Claim claim(Sum sum, Address token) {
    return sum.is(OrderState.CREATED)
        ? new Claim(token, BigInteger.ZERO, 0, sum.units())
        : new Claim(token, sum.units(), sum.count(), BigInteger.ZERO);
  }

  private static Claim both(Claim one, Claim other) {
    return new Claim(
        one.token(),
        one.inEscrow().add(other.inEscrow()),
        one.orders() + other.orders(),
        one.unfunded().add(other.unfunded()));
  }
}
