package dev.metaops.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.DatabaseUrl;
import dev.metaops.config.Endpoint;
import dev.metaops.config.OrdersDoor;
import dev.metaops.config.Secret;
import dev.metaops.config.Settings;
import dev.metaops.config.Where;
import dev.metaops.testing.TestCertificate;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Targets as they are configured, the way to one walked, and what was seen on it. */
final class Ways {
  static final String SECRET = "s3cretKey0fOurs";
  static final Roots JAVA = new Roots.OfJava();
  static final Duration SHORT = Duration.ofMillis(700);
  static final Duration LONG = Duration.ofSeconds(20);
  private static final Path HERE = Path.of("target").toAbsolutePath();

  private Ways() {}

  static Traced trace(Target target, Duration within) {
    return walk(target, within).traced();
  }

  static Walk.Under walk(Target target, Duration within) {
    return new Walk(SystemTicker.SYSTEM).start(target, Deadline.in(within, SystemTicker.SYSTEM));
  }

  static Target rpc(String url) {
    return new RpcTarget(http(url), Optional.empty(), JAVA, SystemTicker.SYSTEM);
  }

  static Target heads(String url, Roots roots) {
    return new HeadsTarget(ws(url), Optional.empty(), roots, SystemTicker.SYSTEM);
  }

  static Target postgres(String url) {
    return new PostgresTarget(
        "orders database", DatabaseUrl.of(url), Optional.of("public.orders"), SystemTicker.SYSTEM);
  }

  static Target rest(String url) {
    return rest(url, new Secret(SECRET));
  }

  static Target rest(String url, Secret key) {
    return new RestTarget(
        new OrdersDoor.Rest(URI.create(url), "local", key),
        "public.orders",
        JAVA,
        SystemTicker.SYSTEM);
  }

  static Endpoint http(String url) {
    return settings(Map.of("RPC_URL", url)).chain().providers().getFirst();
  }

  static Endpoint ws(String url) {
    return settings(Map.of("RPC_WS_URL", url)).chain().webSocket().orElseThrow();
  }

  private static Settings settings(Map<String, String> environment) {
    return Configuration.read(
            new Where(
                environment,
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.IGNORED,
                HERE,
                HERE))
        .settings();
  }

  static Roots trusting(TestCertificate certificate) {
    return new Roots.OfFile(certificate.pem());
  }

  static Hop failing(Traced traced) {
    Step last = traced.steps().getLast();
    assertThat(last.outcome()).as("%s", traced).isInstanceOf(Outcome.Failed.class);
    return last.hop();
  }

  static String why(Traced traced) {
    return traced.steps().getLast().outcome().seen();
  }

  static String seen(Traced traced, Hop hop) {
    return traced.steps().stream()
        .filter(step -> step.hop() == hop)
        .map(step -> step.outcome().seen())
        .collect(Collectors.joining());
  }
}
