package dev.metaops.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.SettableTicker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One look for all who ask, and what they are told when it comes to nothing. */
class KeptTest {
  private final SettableTicker ticker = new SettableTicker();
  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch hangs = new CountDownLatch(1);
  private final Kept<String> kept = new Kept<>(this::look, why -> "without: " + why, ticker);

  @Test
  void whoWaitsForALookThatIsGivenUpIsToldSo() throws Exception {
    CompletableFuture<String> waiting = CompletableFuture.supplyAsync(kept::get);
    assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();
    ticker.advance(Duration.ofSeconds(11));
    assertThat(kept.get()).isEqualTo("look 2");
    assertThat(waiting.get(10, TimeUnit.SECONDS)).startsWith("without: no result");
  }

  private String look() throws InterruptedException {
    int look = looks.incrementAndGet();
    if (look == 1) {
      hangs.countDown();
      new CountDownLatch(1).await();
    }
    return "look " + look;
  }
}
