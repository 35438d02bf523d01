package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.main.Main;
import dev.metaops.main.Operator;
import dev.metaops.store.Database;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPm2;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestServices;
import dev.metaops.testing.TestVenue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} beside a pm2 that somebody else uses. */
class WatchedServicesTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  @TempDir private Path directory;

  @Test
  void aRestartByPm2ItselfIsFoundAndOnTheRecordOnceAndADeadListenersServiceIsNamed()
      throws Exception {
    Map<String, String> environment = new HashMap<>(TestPm2.variables(directory.resolve("pm2")));
    environment.put("DATABASE_URL", venue.orders().url().secretText());
    environment.put("OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText());
    environment.put("RPC_URL", chain.url());
    environment.put("ESCROW_CONTRACT_ADDRESS", venue.registry().address().text());
    environment.put("METAOPS_DATA_DIR", directory.resolve("data").toString());
    String toml =
        "[orders]\nmode = \"own\"\n[services.api]\ndriver = \"pm2\"\nrole = \"listener\"\n";
    environment.put(
        "METAOPS_CONFIG", Files.writeString(directory.resolve("metaops.toml"), toml).toString());
    Operator operator = new Operator(directory, environment);
    assertThat(operator.types("health listener").all()).contains("metaops services restart api");
    assertThat(operator.types("status").out()).contains("metaops services restart api");
    try (TestPm2 pm2 = TestPm2.in(directory)) {
      pm2.types("start", TestServices.script().toString(), "--name", "api", "--", "0");
      try (ServeProcess serve =
          ServeProcess.start(
              Main.class.getName(), List.of("serve"), environment, directory.resolve("log"))) {
        Path seen = directory.resolve("data/services/seen.json");
        serve.await("the first look", SOON, () -> Files.exists(seen));
        pm2.types("restart", "api");
        serve.await("the record", SOON, () -> recorded().contains("somebody else"));
        serve.await("the finding", SOON, () -> found().contains("service api"));
        assertThat(recorded()).isEqualTo("somebody else: service-outside");
        assertThat(serve.output()).contains("services: api was restarted by somebody else");
      }
    }
  }

  private String recorded() {
    return one(
        "SELECT string_agg(actor || ': ' || (entry::jsonb #>> '{body,what}'), ', ')"
            + " FROM metaops.record WHERE kind = 'journal'");
  }

  private String found() {
    return one(
        "SELECT string_agg(subject, ', ') FROM metaops.finding"
            + " WHERE code = 'service-changed-outside' AND cleared_at IS NULL");
  }

  private String one(String sql) {
    Database database = venue.orders();
    try (Connection connection = database.connect(TestPostgres.minute());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      String text = rows.getString(1);
      return text == null ? "" : text;
    } catch (SQLException notYet) {
      return "";
    }
  }
}
