package dev.metaops.stories;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Main;
import dev.metaops.testing.FakeServer;
import dev.metaops.testing.ServeProcess;
import dev.metaops.testing.TestBrowser;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at / of a process that serves, in a real browser that nobody touches. */
class LivePageTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final double SOON_MS = 20_000;
  private static final int PHONE = 360;
  private static final String HOSTILE = "<img src=x onerror=\"document.title='hit'\">";

  @AutoClose private final TestChain chain = TestChain.start();
  private final TestVenue venue = new TestVenue(chain);
  private final int port = FakeServer.closedPort();
  private final String ops = TestPostgres.emptyDatabase().url().secretText();
  @TempDir private Path directory;

  @Test
  void changesByItselfEscapesWhatOthersWroteAndSaysWhenItIsOld() throws Exception {
    Terms terms = venue.order("ord_1");
    venue.registry().create(terms);
    venue.registry().release(RegistryContract.key(terms));
    chain.mine(70);
    try (ServeProcess serve = serve();
        TestBrowser browser = new TestBrowser()) {
      serve.await("settled", SOON, () -> venue.state("ord_1").equals("SETTLED"));
      Page page = browser.page(Files.readString(token()).strip(), PHONE);
      page.navigate("http://localhost:" + port + "/");

      contains(page, "h1", "All quiet");
      contains(page, ".moves", "ord_1");
      contains(page, "#findings", "none open");
      contains(page, "#health", "round trip");
      assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(PHONE);

      venue.one(
          "SELECT metaops_api.freeze('f-1', 'ada', '" + HOSTILE.replace("'", "''") + "', now())");
      venue.one(
          "SELECT metaops_api.raise_finding('payouts-odd', 'order ord_9', 'P1', '"
              + HOSTILE.replace("'", "''")
              + "', '{}')");
      contains(page, "h1", "Frozen");
      contains(page, ".frozen", HOSTILE);
      contains(page, "#findings", HOSTILE);
      assertThat(page.locator("main img").count()).as("markup of others").isZero();
      assertThat(page.title()).as("a P1 is open").startsWith("CRITICAL");
      assertThat(browser.complaints()).isEmpty();

      assertThat(page.locator("#stale").isVisible()).isFalse();
      serve.process().destroyForcibly();
      page.clock().fastForward(15_000);
      contains(page, "#stale", "STALE: nothing heard from metaops for");
      assertThat(page.locator("body").getAttribute("class")).contains("stale");
      assertThat(page.title()).startsWith("STALE");

      try (ServeProcess _ = serve()) {
        venue.one("SELECT metaops_api.unfreeze('f-1', 'ada', 'all is well', now())");
        page.clock().fastForward(15_000);
        contains(page, "h1", "All quiet");
        contains(page, "h1", "CRITICAL");
        assertThat(page.locator("#stale").isVisible()).isFalse();
      }
    }
  }

  private static void contains(Page page, String selector, String text) {
    assertThat(page.locator(selector))
        .containsText(text, new LocatorAssertions.ContainsTextOptions().setTimeout(SOON_MS));
  }

  private Path token() {
    return directory.resolve("data/http-token");
  }

  private ServeProcess serve() throws IOException {
    Path configuration =
        Files.writeString(
            directory.resolve("own.toml"),
            "[orders]\nmode = \"own\"\n[chain]\nhead-down-after = \"1h\"\n");
    return ServeProcess.start(
        Main.class.getName(),
        List.of("serve"),
        Map.of(
            "DATABASE_URL", venue.orders().url().secretText(),
            "OPS_DATABASE_URL", ops,
            "RPC_URL", chain.url(),
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text(),
            "METAOPS_PORT", Integer.toString(port),
            "METAOPS_DATA_DIR", directory.resolve("data").toString(),
            "METAOPS_CONFIG", configuration.toString()),
        directory.resolve("serve.log"));
  }
}
