package dev.metaops.testing;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A headless Chromium of the system, driven by the node of the system. */
public final class TestBrowser implements AutoCloseable {
  private final Playwright playwright;
  private final Browser browser;
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  public TestBrowser() {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions()
                .setEnv(
                    Map.of(
                        "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                        "1",
                        "PLAYWRIGHT_NODEJS_PATH",
                        onPath("node").toString())));
    browser =
        playwright
            .chromium()
            .launch(new BrowserType.LaunchOptions().setExecutablePath(onPath("chromium")));
  }

  /**
   * A page in which time can be moved; who may see it types this password.
   *
   * @param width in CSS pixels
   */
  public Page page(String password, int width) {
    Page page =
        browser
            .newContext(
                new Browser.NewContextOptions()
                    .setViewportSize(width, 800)
                    .setHttpCredentials("anyone", password))
            .newPage();
    page.clock().install();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        complaints.add(message.text());
      }
    });
    page.onPageError(complaints::add);
    return page;
  }

  /** What the browser complained of: scripts that failed, what the page's policy refused. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private static Path onPath(String command) {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .map(directory -> Path.of(directory, command))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(command + " is not on the PATH (./check)"));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
