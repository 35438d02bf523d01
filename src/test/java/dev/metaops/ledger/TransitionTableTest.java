package dev.metaops.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.order.OrderState;
import dev.metaops.order.Transition;
import dev.metaops.store.Database;
import dev.metaops.store.Rows;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One table of steps: in Java, in the database, and on the page people read. */
class TransitionTableTest {
  private static final Path PAGE = TestChain.checkout().resolve("docs/states/order.md");

  @Test
  void theDatabaseHasTheSameStepsOverTheWholeProduct() throws SQLException {
    Database database = TestPostgres.withOrdersSchema();
    try (Connection connection = database.connect(TestPostgres.minute())) {
      int compared = 0;
      for (OrderState from : OrderState.values()) {
        for (OrderState to : OrderState.values()) {
          Optional<String> granted =
              Rows.first(
                  connection,
                  "SELECT granted_to FROM metaops.order_step WHERE from_state = ? AND to_state = ?",
                  row -> row.getString(1),
                  from.name(),
                  to.name());
          assertThat(granted).as(from + " to " + to).isEqualTo(granted(from, to));
          compared++;
        }
      }
      assertThat(compared).isEqualTo(81);
      int steps =
          Rows.one(connection, "SELECT count(*) FROM metaops.order_step", row -> row.getInt(1));
      assertThat(steps).isEqualTo(14);
    }
  }

  /** Written anew with -Dmetaops.golden=write. */
  @Test
  void thePageShowsTheSameTable() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("metaops.golden"))) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static Optional<String> granted(OrderState from, OrderState to) {
    return switch (Transition.between(from, to)) {
      case Transition.GrantedByChain() -> Optional.of("chain");
      case Transition.GrantedToAnyone() -> Optional.of("anyone");
      case Transition.Refused _ -> Optional.empty();
    };
  }

  private static String page() {
    var page =
        new StringBuilder(
            """
            # The states of an order

            Generated from `dev.metaops.order.Transition` by `TransitionTableTest`; the database's
            `metaops.order_step` holds the same. *chain*: only when the ledger folds the order's
            events to that state. *anyone*: while the chain holds no escrow for it. Everything else
            is refused, for every writer.

            | from \\ to |\
            """);
    for (OrderState to : OrderState.values()) {
      page.append(' ').append(to).append(" |");
    }
    page.append("\n|---|").append("---|".repeat(OrderState.values().length)).append('\n');
    for (OrderState from : OrderState.values()) {
      page.append("| **").append(from).append("** |");
      for (OrderState to : OrderState.values()) {
        page.append(' ').append(granted(from, to).orElse("–")).append(" |");
      }
      page.append('\n');
    }
    return page.append("\nNothing leaves SETTLED, REFUNDED and CANCELLED.\n").toString();
  }
}
