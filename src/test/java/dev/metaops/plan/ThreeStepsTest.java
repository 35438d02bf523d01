package dev.metaops.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.plan.ThreeSteps.Proof;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the record says of the chain that a plan of many orders was applied on. */
class ThreeStepsTest {
  @Test
  void everyOneProvidersWordThatWasTakenIsNamedOnce() {
    assertThat(
            ThreeSteps.alone(
                List.of(
                    new Proof.Holds(),
                    new Proof.Holds(Optional.of("of node b, accepted by kim")),
                    new Proof.Differs("gone"),
                    new Proof.Holds(Optional.of("of node a, accepted by kim")),
                    new Proof.CannotTell("silent"),
                    new Proof.Holds(Optional.of("of node b, accepted by kim")))))
        .contains("of node a, accepted by kim; of node b, accepted by kim");
    assertThat(ThreeSteps.alone(List.of(new Proof.Holds()))).isEmpty();
  }
}
