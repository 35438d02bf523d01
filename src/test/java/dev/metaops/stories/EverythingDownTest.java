package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.store.Database;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestServices;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders database, own store and nodes are gone; a person helps all the same. */
class EverythingDownTest {
  private static final String NOWHERE = "127.0.0.1:1";

  @TempDir private Path directory;

  private Operator operator(String orders) throws Exception {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", System.getenv("PATH"));
    variables.put("DATABASE_URL", orders);
    variables.put("OPS_DATABASE_URL", "postgres://a:b@" + NOWHERE + "/ops");
    variables.put("RPC_URL", "http://" + NOWHERE);
    variables.put("ESCROW_CONTRACT_ADDRESS", "0x" + "12".repeat(20));
    return new Operator(directory, variables)
        .configured(
            "[services.listener]\ndriver = \"process\"\nrole = \"listener\"\ncommand = \"node '"
                + TestServices.script()
                + "' 0\"\n");
  }

  @Test
  void whatHelpsWorksAndIsMergedOnce() throws Exception {
    Operator operator = operator("postgres://a:b@" + NOWHERE + "/orders");
    try {
      Said dead = operator.types("status -o json");
      assertThat(dead.exit()).isEqualTo(ExitCode.CRITICAL);
      assertThat(dead.json().path("sentence").asString())
          .startsWith("The listener does not run (listener: not running). UNKNOWN:");
      assertThat(dead.json().path("next").asString())
          .isEqualTo("metaops services restart listener");

      Said restarted = operator.types("services restart listener -o json");
      assertThat(restarted.exit()).as(restarted.all()).isEqualTo(ExitCode.WARNING);
      assertThat(restarted.json().path("sentence").asString()).contains("all is done");
      assertThat(restarted.json().path("recorded").asString()).startsWith("recorded on this");
      assertThat(restarted.json().path("health").path("overall").asString()).isEqualTo("DOWN");
      assertThat(operator.types("freeze 'odd payouts'").exit()).isEqualTo(ExitCode.FINE);

      Said alive = operator.types("status");
      assertThat(alive.exit()).isEqualTo(ExitCode.CRITICAL);
      assertThat(alive.out()).contains("services UP", "FROZEN").doesNotContain("does not run");
      assertThat(operator.types("health services").exit()).isEqualTo(ExitCode.FINE);

      Database orders = TestPostgres.withOrdersSchema();
      Operator later = operator(orders.url().secretText());
      later.types("audit list");
      later.types("audit list");
      later.types("services status");
      assertThat(records(orders))
          .containsExactlyInAnyOrder("freeze", "service-restart begun", "service-restart ended");
    } finally {
      operator.types("services stop --all --skip-health-check");
    }
  }

  private static List<String> records(Database database) throws Exception {
    List<String> records = new ArrayList<>();
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT kind, entry::jsonb -> 'body' ->> 'what',"
                    + " entry::jsonb #>> '{body,body,what}' FROM metaops.record")) {
      while (rows.next()) {
        records.add(
            rows.getString(1).equals("journal")
                ? rows.getString(2) + " " + rows.getString(3)
                : rows.getString(1));
      }
    }
    return records;
  }
}
