package dev.metaops.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node that was caught lying: where it is put, for how long, and what is kept as evidence. */
class QuarantineTest {
  @AutoClose private final ManyNodes world = new ManyNodes();
  private final Providers providers = world.providers(ManyNodes.NEVER);

  @Test
  void aLiarIsNotAskedForTenMinutesAndThenAgain() {
    Instant until = world.ticker.now().plus(Duration.ofMinutes(10));
    caught(0);
    assertThat(who()).isEqualTo(1);
    assertThat(standing(0)).isEqualTo(new Standing.Quarantined(until, "it left out logs"));
    assertThat(providers.askAll(Purpose.VERDICT, ManyNodes.WHO, world.in(60)).getFirst())
        .isInstanceOfSatisfying(
            Heard.Silent.class,
            silent -> assertThat(silent.failure()).isInstanceOf(RpcFailure.Quarantined.class));
    assertThat(world.node(0).asked()).isEmpty();
    world.ticker.advance(Duration.ofMinutes(10));
    assertThat(who()).isZero();
    assertThat(world.noticed)
        .extracting(Noticed::sentence)
        .satisfiesExactly(
            lied -> assertThat(lied).contains("node0").endsWith("left out logs"),
            put -> assertThat(put).contains("in quarantine until " + until + ": it left out"),
            back -> assertThat(back).contains("out of quarantine"));
  }

  @Test
  void eachFurtherLieDoublesItUpToADay() {
    for (int minutes : new int[] {10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440}) {
      caught(0);
      assertThat(standing(0))
          .isInstanceOfSatisfying(
              Standing.Quarantined.class,
              quarantine ->
                  assertThat(quarantine.until())
                      .isEqualTo(world.ticker.now().plus(Duration.ofMinutes(minutes))));
      world.ticker.advance(Duration.ofMinutes(minutes));
      assertThat(standing(0)).isEqualTo(new Standing.Fit());
    }
  }

  @Test
  void severalLiesFoundTogetherAreKeptAndPunishedOnce() {
    caught(0);
    caught(0);
    assertThat(world.noticed)
        .hasExactlyElementsOfTypes(
            Noticed.Lied.class, Noticed.Quarantined.class, Noticed.Lied.class);
    assertThat(providers.scorecards().getFirst().lies()).isEqualTo(2);
    world.ticker.advance(Duration.ofMinutes(10));
    assertThat(standing(0)).isEqualTo(new Standing.Fit());
  }

  @Test
  void liesOfThePastStandAsIfThisProcessHadCaughtThem() {
    String name = providers.all().getFirst().endpoint().toString();
    providers.remember(
        List.of(
            new PastLie(name, Lie.Kind.FORGED_HEADER, Duration.ofMinutes(5)),
            new PastLie(name, Lie.Kind.OMITTED_LOGS, Duration.ofMinutes(30)),
            new PastLie(name, Lie.Kind.OMITTED_LOGS, Duration.ofMinutes(29)),
            new PastLie("another", Lie.Kind.OMITTED_LOGS, Duration.ZERO)));
    assertThat(standing(0))
        .isEqualTo(
            new Standing.Quarantined(
                world.ticker.now().plus(Duration.ofMinutes(15)),
                "it gave a header that does not match its hash"));
    assertThat(providers.scorecards().getFirst().lies()).isEqualTo(3);
    assertThat(who()).isEqualTo(1);
    assertThat(world.noticed).isEmpty();
    world.ticker.advance(Duration.ofMinutes(15));
    assertThat(who()).isZero();
    assertThat(world.noticed).hasExactlyElementsOfTypes(Noticed.Returned.class);
  }

  @Test
  void whenAllLieTheLeastGuiltyIsAskedAndItIsSaid() {
    caught(0);
    caught(0);
    caught(1);
    caught(2);
    caught(2);
    assertThat(who()).isEqualTo(1);
    assertThat(who()).isEqualTo(1);
    assertThat(standing(1)).isInstanceOf(Standing.Quarantined.class);
    assertThat(world.noticed.stream().filter(Noticed.AllInQuarantine.class::isInstance))
        .containsExactly(new Noticed.AllInQuarantine(providers.all().get(1)));
  }

  @Test
  void aSingleNodeThatLiesIsAskedAllTheSame() {
    Providers alone = Providers.of(providers.all().getFirst(), world.ticker);
    alone.caught(alone.all().getFirst(), lie("eth_getLogs"));
    assertThat(alone.ask(Purpose.FOLLOW, ManyNodes.WHO, world.in(60)).value()).isZero();
  }

  @Test
  void theEvidenceIsClippedAndHoldsNoKey() {
    String url = world.node(0).url() + "/v3/SECRETKEY";
    providers.caught(
        providers.all().getFirst().as(Purpose.PROOF),
        new Lie(
            Lie.Kind.WRONG_RECEIPTS,
            "POST " + url,
            "é".repeat(100_000),
            "the receipts of block 7 hash to its root",
            world.ticker.now()));
    assertThat(world.noticed.getFirst())
        .isInstanceOfSatisfying(
            Noticed.Lied.class,
            lied -> {
              assertThat(lied.by()).isSameAs(providers.all().getFirst());
              assertThat(lied.lie().request()).contains("‹hidden›").doesNotContain("SECRETKEY");
              assertThat(lied.lie().answer()).endsWith("é… (200000 bytes in all)");
              assertThat(lied.lie().answer().getBytes(StandardCharsets.UTF_8).length)
                  .isLessThanOrEqualTo(Lie.MOST_EVIDENCE);
            });
  }

  @Test
  void aStrangerIsNotPunished() {
    Provider stranger = world.providers(ManyNodes.NEVER).all().getFirst();
    assertThatThrownBy(() -> providers.caught(stranger, lie("eth_call")))
        .hasMessageContaining("expected: one of ours");
  }

  private void caught(int number) {
    providers.caught(providers.all().get(number), lie("eth_getLogs"));
  }

  private Lie lie(String request) {
    return new Lie(
        Lie.Kind.OMITTED_LOGS, request, "[]", "3 logs by the receipts", world.ticker.now());
  }

  private Standing standing(int number) {
    return providers.scorecards().get(number).standing();
  }

  private long who() {
    return providers.ask(Purpose.FOLLOW, ManyNodes.WHO, world.in(60)).value();
  }
}
