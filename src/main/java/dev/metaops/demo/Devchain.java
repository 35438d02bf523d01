package dev.metaops.demo;

import dev.metaops.time.Deadline;
import dev.metaops.time.Ticker;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The folder from which npm brings the local chain's node. */
final class Devchain {
  private static final Duration INSTALL_WITHIN = Duration.ofMinutes(5);
  private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(5);
  private static final int SHOWN = 300;

  private Devchain() {}

  /**
   * The folder, with the node in it: installed on first use.
   *
   * @param progress hears a short phrase before what takes time, and every 5 s meanwhile
   * @throws WorldFailure saying what to install or run
   */
  static Path ready(Ticker ticker, Consumer<String> progress) {
    Path devchain = find();
    if (!Anvil.isInstalledIn(devchain)) {
      install(devchain, ticker, progress);
    }
    return devchain;
  }

  /** In the checkout this program was built from. */
  private static Path find() {
    Optional<Path> start = codePlace();
    for (Path folder = start.orElse(Path.of("/")); folder != null; folder = folder.getParent()) {
      Path devchain = folder.resolve("devchain");
      if (Files.isRegularFile(devchain.resolve("package.json"))) {
        return devchain;
      }
    }
    throw new WorldFailure(
        "the demo needs a checkout of metaops: no devchain/package.json above "
            + start.map(Path::toString).orElse("the program"));
  }

  private static Optional<Path> codePlace() {
    CodeSource source = Devchain.class.getProtectionDomain().getCodeSource();
    try {
      return source == null
          ? Optional.empty()
          : Optional.of(Path.of(source.getLocation().toURI()).toAbsolutePath());
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static void install(Path devchain, Ticker ticker, Consumer<String> progress) {
    progress.accept("fetching the local chain (anvil, 30 MB, once) with npm");
    try {
      Path log = Files.createTempFile("metaops-npm", ".log");
      try {
        // npm ci would refuse: the lock holds the one platform it was made on.
        Process npm =
            new ProcessBuilder(List.of("npm", "install", "--no-save", "--no-audit", "--no-fund"))
                .directory(devchain.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = await(npm, ticker, progress);
        if (!ended || npm.exitValue() != 0 || !Anvil.isInstalledIn(devchain)) {
          npm.descendants().forEach(ProcessHandle::destroy);
          npm.destroy();
          throw new WorldFailure(
              "npm could not fetch anvil: "
                  + (ended ? end(log) : "not done within 5 min")
                  + " (try it by hand: npm install --no-save in "
                  + devchain
                  + ")");
        }
      } finally {
        Files.deleteIfExists(log);
      }
    } catch (IOException e) {
      throw new WorldFailure(
          "the demo's chain is anvil, which comes with npm, and npm could not be started (install"
              + " Node.js 20 or newer with npm; on Debian and Ubuntu: apt-get install nodejs npm)",
          e);
    }
  }

  private static boolean await(Process npm, Ticker ticker, Consumer<String> progress) {
    Deadline deadline = Deadline.in(INSTALL_WITHIN, ticker);
    try {
      while (!npm.waitFor(BETWEEN_SIGNS.toMillis(), TimeUnit.MILLISECONDS)) {
        if (deadline.hasPassed()) {
          return false;
        }
        progress.accept("still fetching");
      }
      return true;
    } catch (InterruptedException e) {
      npm.destroy();
      throw WorldFailure.interrupted(e);
    }
  }

  private static String end(Path log) throws IOException {
    String said = Files.readString(log).strip();
    return said.isEmpty() ? "it said nothing" : said.substring(Math.max(0, said.length() - SHOWN));
  }
}
