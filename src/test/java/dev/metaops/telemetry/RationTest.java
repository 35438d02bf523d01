package dev.metaops.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RationTest {
  private final SettableTicker ticker = new SettableTicker();
  private final Ration ration = new Ration(ticker);

  @Test
  void theSameIsGrantedAgainAfterTenMinutesWithHowManyWereLeftOut() {
    assertThat(ration.granted("a")).contains(0L);
    ticker.advance(Duration.ofMinutes(9));
    assertThat(ration.granted("a")).isEmpty();
    assertThat(ration.granted("a")).isEmpty();
    assertThat(ration.granted("b")).contains(2L);
    ticker.advance(Duration.ofMinutes(1));
    assertThat(ration.granted("a")).contains(0L);
  }

  @Test
  void ofAllKindsSixtyAreGrantedInAnHour() {
    for (int kind = 0; kind < Ration.MOST_AN_HOUR; kind++) {
      assertThat(ration.granted("kind " + kind)).isPresent();
    }
    assertThat(ration.granted("one more")).isEmpty();
    ticker.advance(Duration.ofHours(1));
    assertThat(ration.granted("one more")).contains(1L);
  }
}
