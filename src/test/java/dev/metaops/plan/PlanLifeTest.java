package dev.metaops.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.testing.TestChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class PlanLifeTest {
  private static final Path PAGE = TestChain.checkout().resolve("docs/states/plan.md");

  /** Written anew with -Dmetaops.golden=write. */
  @Test
  void thePageIsTheWholeProduct() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("metaops.golden"))) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).content().isEqualTo(page);
  }

  private static String page() {
    var page =
        new StringBuilder(
            """
            # The life of a plan

            Generated from `dev.metaops.plan.PlanLife` by `PlanLifeTest`. What a dash stands for is refused, with the reason.

            | state |\
            """);
    for (PlanEvent event : PlanEvent.values()) {
      page.append(' ').append(event.name().toLowerCase(Locale.ROOT)).append(" |");
    }
    page.append("\n|---|").repeat("---|", PlanEvent.values().length).append('\n');
    for (PlanState state : PlanState.values()) {
      page.append("| **").append(state).append("** |");
      for (PlanEvent event : PlanEvent.values()) {
        page.append(' ')
            .append(
                switch (PlanLife.next(state, event)) {
                  case PlanLife.Step.To(PlanState to) -> to.name();
                  case PlanLife.Step.Refused _ -> "–";
                })
            .append(" |");
      }
      page.append('\n');
    }
    return page.toString();
  }

  @Test
  void nothingLeavesAFinalState() {
    for (PlanState state : PlanState.values()) {
      for (PlanEvent event : PlanEvent.values()) {
        if (state.isFinal() && PlanLife.next(state, event) instanceof PlanLife.Step.To(var to)) {
          assertThat(to).isEqualTo(state);
        }
      }
    }
  }

  @Test
  void nothingIsAppliedThatNobodyApproved() {
    for (PlanState state : PlanState.values()) {
      if (state != PlanState.APPROVED && state != PlanState.APPLYING) {
        assertThat(PlanLife.next(state, PlanEvent.BEGIN)).isInstanceOf(PlanLife.Step.Refused.class);
      }
    }
  }
}
