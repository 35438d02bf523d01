package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.main.Main;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.testing.Tunnel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code db reset-pool}: typed beside a real {@code serve}, with its database there and gone. */
class PoolResetTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TOKEN = "a-token-only-in-tests";
  private static final Pattern ANSWERS = Pattern.compile("answers on (http://[^/]+)/");

  @AutoClose private final TestChain chain = TestChain.start();
  @AutoClose private final HttpClient client = HttpClient.newHttpClient();
  private final TestVenue venue = new TestVenue(chain);
  private final int real = venue.orders().url().port();
  @AutoClose private final Tunnel tunnel = new Tunnel(real);
  @TempDir private Path directory;

  @Test
  void isRenewedByAnotherProcessAndSaysHonestlyWhereNoConnectionCanBeOpened() throws Exception {
    chain.mine(3);
    try (ServeProcess serve = serve()) {
      awaitTruth(serve, 200);
      String epoch = epoch();
      assertThat(pool("health database -o json").path("value").asString()).contains(" of 4 in use");

      Said renewed = types("reset-db-pool -o json", "serve");
      assertThat(renewed.exit()).as(renewed.all()).isEqualTo(ExitCode.FINE);
      assertThat(renewed.json().path("process").asLong()).isEqualTo(serve.process().pid());
      assertThat(renewed.json().path("closed").asInt()).isPositive();
      assertThat(renewed.json().path("record").asString())
          .isEqualTo("recorded in the orders database");
      assertThat(serve.output()).contains("pool: the pool was renewed by request");

      tunnel.leadTo(FakeServer.closedPort());
      Said without = types("db reset-pool", "serve");
      assertThat(without.exit()).as(without.all()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(without.out())
          .contains("renewed its pool", "no new connection could be opened", "recorded");
      awaitTruth(serve, 503);
      tunnel.leadTo(real);
      awaitTruth(serve, 200);
      assertThat(epoch()).as("the listener kept its own connection").isEqualTo(epoch);

      assertThat(get(serve, "/metrics").body())
          .contains("metaops_pool_connections{state=\"used\"}", "metaops_pool_opened_total ");
      Said nobody = types("db reset-pool", "elsewhere");
      assertThat(nobody.exit()).isEqualTo(ExitCode.COULD_NOT);
      assertThat(nobody.out()).contains("no process serves with the data directory");
    }
  }

  private String epoch() {
    return venue.one("SELECT lease_epoch FROM metaops.stream");
  }

  private JsonNode pool(String line) {
    JsonNode results = types(line, "serve").json().path("results");
    return results
        .path(0)
        .path("vitals")
        .valueStream()
        .filter(vital -> vital.path("name").asString().equals("pool of serve"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(results.toString()));
  }

  private Said types(String line, String dataDirectory) {
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("DATABASE_URL", venue.orders().url().secretText());
    environment.put("METAOPS_DATA_DIR", directory.resolve(dataDirectory).toString());
    return new Operator(directory, environment).types(line);
  }

  private Map<String, String> environment() {
    String direct = venue.orders().url().secretText();
    return Map.of(
        "DATABASE_URL", direct.replace(":" + real + "/", ":" + tunnel.port() + "/"),
        "RPC_URL", chain.url(),
        "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
        "METAOPS_PORT", "0",
        "METAOPS_TOKEN", TOKEN,
        "METAOPS_DATA_DIR", directory.resolve("serve").toString());
  }

  private ServeProcess serve() throws IOException {
    Map<String, String> environment = new HashMap<>(environment());
    environment.put("OPS_DATABASE_URL", TestPostgres.emptyDatabase().url().secretText());
    environment.put(
        "METAOPS_CONFIG",
        Files.writeString(
                directory.resolve("own.toml"),
                "[orders]\nmode = \"own\"\n[chain]\nhead-down-after = \"1h\"\n")
            .toString());
    return ServeProcess.start(
        Main.class.getName(), List.of("serve"), environment, directory.resolve("serve.log"));
  }

  private void awaitTruth(ServeProcess serve, int status) {
    serve.await("answers", SOON, () -> ANSWERS.matcher(serve.output()).find());
    serve.await(
        "truth is " + status, SOON, () -> get(serve, "/health/truth").statusCode() == status);
  }

  private HttpResponse<String> get(ServeProcess serve, String path) {
    Matcher found = ANSWERS.matcher(serve.output());
    assertThat(found.find()).isTrue();
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create(found.group(1) + path))
              .header("Authorization", "Bearer " + TOKEN)
              .timeout(Duration.ofSeconds(10))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopping);
    }
  }
}
