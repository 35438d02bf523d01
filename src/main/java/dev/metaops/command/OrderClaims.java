package dev.metaops.command;

import dev.metaops.chain.Address;
import dev.metaops.config.OrdersDoor;
import dev.metaops.contract.Solvency.Claim;
import dev.metaops.order.OrderState;
import dev.metaops.orders.OrdersStore;
import dev.metaops.orders.Sum;
import dev.metaops.store.Database;
import dev.metaops.time.Deadline;
import java.math.BigInteger;
import java.sql.Connection;
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
    Optional<OrdersDoor> door = conversation.settings().orders().door();
    if (door.isEmpty()) {
      return new NotConfigured();
    }
    Optional<Database> database =
        Reach.orders(conversation.settings(), "metaops contract test", conversation.ticker());
    if (database.isEmpty()) {
      return new NotThroughThisDoor("orders are added up over SQL only (set DATABASE_URL)");
    }
    try (Connection connection = database.get().connect(deadline)) {
      OrdersStore orders = new OrdersStore(connection);
      // Far enough ahead that no open order is left out.
      return new Read(added(orders.openBefore(orders.now().plus(Duration.ofDays(365)))));
    } catch (SQLException failure) {
      return new Unreachable(DatabaseWords.of(failure));
    }
  }

  private static Map<Address, Claim> added(List<Sum> sums) {
    Map<Address, Claim> byToken = new TreeMap<>();
    for (Sum sum : sums) {
      byToken.merge(sum.token(), claim(sum), OrderClaims::both);
    }
    return byToken;
  }

  private static Claim claim(Sum sum) {
    boolean waitsForMoney =
        OrderState.parse(sum.state()).filter(OrderState.CREATED::equals).isPresent();
    return waitsForMoney
        ? new Claim(sum.token(), BigInteger.ZERO, 0, sum.units())
        : new Claim(sum.token(), sum.units(), sum.count(), BigInteger.ZERO);
  }

  private static Claim both(Claim one, Claim other) {
    return new Claim(
        one.token(),
        one.inEscrow().add(other.inEscrow()),
        one.orders() + other.orders(),
        one.unfunded().add(other.unfunded()));
  }
}
