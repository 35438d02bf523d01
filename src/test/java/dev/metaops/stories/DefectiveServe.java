package dev.metaops.stories;

import dev.metaops.main.Main;
import dev.metaops.testing.ServeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * {@code metaops serve} with a defect in one of its threads: it ends, with every secret of the
 * environment on its lips, once a file appears.
 */
final class DefectiveServe {
  private DefectiveServe() {}

  public static void main(String[] arguments) {
    Path now = Path.of(System.getenv("DEFECT_WHEN"));
    Thread.ofPlatform()
        .name("defective")
        .daemon()
        .start(() -> {
          ServeProcess.becomes(Duration.ofMinutes(2), () -> Files.exists(now));
          throw new IllegalStateException(
              "at " + System.getenv("DATABASE_URL"),
              new IllegalArgumentException(
                  System.getenv("RPC_URL")
                      + " "
                      + System.getenv("PRIVATE_KEY")
                      + " "
                      + System.getenv("LOGTAIL_SOURCE_TOKEN")));
        });
    Main.main(new String[] {"serve"});
  }
}
