package dev.metaops.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A few of the ten thousand of {@code bench/run audit}. */
@Timeout(120)
@SuppressWarnings("NullAway.Init")
class ManyTamperingsTest {
  private static final int COUNT = Integer.getInteger("metaops.tamperings", 300);

  @TempDir private Path data;

  @Test
  void everyRandomTamperingIsFoundAndNamedAndAnUntouchedLogIsClean() throws Exception {
    long seed = Long.getLong("metaops.seed", SystemTicker.SYSTEM.nanos());
    System.out.println("tamperings: -Dmetaops.seed=" + seed);
    try (var orders = new RecordedOrders()) {
      var tamperings = new ManyTamperings(orders.session("psql"), data, seed);
      ManyTamperings.Tally tally = tamperings.rounds(COUNT);
      System.out.println("found and named: " + tally.found() + ", untouched " + tally.untouched());
      assertThat(tally.wrong()).isEmpty();
      assertThat(tally.tampered()).isEqualTo(COUNT);
      assertThat(tally.untouched()).isPositive();
      Coverage coverage = tamperings.verify().coverage();
      assertThat(coverage.uncovered()).isEqualTo(ManyTamperings.UNCOVERED);
      assertThat(coverage.since()).isPresent();
    }
  }
}
