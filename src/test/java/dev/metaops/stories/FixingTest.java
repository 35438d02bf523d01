package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Hash;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.order.OrderState;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.page.Page;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestPostgres;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code order fix}: a row is moved where final chain evidence leads, and nowhere else. */
class FixingTest {
  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private final TestVenue venue = new TestVenue(chain);
  private final List<String> heard = new ArrayList<>();
  private Optional<String> typed = Optional.empty();
  private String mode = "repair";

  @BeforeEach
  void someHistory() {
    chain.mine(8);
  }

  /** An order whose escrow is funded and followed, so that its row says PENDING. */
  private Hash pending(String id) throws Exception {
    Terms terms = venue.order(id);
    venue.registry().create(id);
    try (HandDriven listener = HandDriven.of(venue)) {
      listener.catchUp();
    }
    assertThat(venue.state(id)).isEqualTo("PENDING");
    return RegistryContract.key(terms);
  }

  private void finalizeHead() {
    chain.finalizeBlock(chain.latest().ref());
  }

  private Answer fix(String id, Optional<OrderState> only, Consent consent) throws IOException {
    return new OrderAnswers()
        .to(
            new OrderCommand.Fix(new OrderName(id), only, Optional.of("test"), consent),
            conversation());
  }

  private Conversation conversation() throws IOException {
    Path file =
        Files.writeString(directory.resolve("metaops.toml"), "[orders]\nmode = \"" + mode + "\"\n");
    return new Conversation(
        Configuration.read(
            new Where(
                Map.of(
                    "METAOPS_DATA_DIR", directory.toString(),
                    "DATABASE_URL", venue.orders().url().secretText(),
                    "RPC_URL", chain.url(),
                    "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()),
                Optional.empty(),
                Optional.of(file),
                Where.UsualFile.IGNORED,
                directory,
                directory)),
        Shared.STANDARD,
        TestPerson.listening(heard, _ -> typed),
        SystemTicker.SYSTEM);
  }

  private String records() {
    return String.join(
        ", ", venue.all("SELECT kind || ' ' || order_id FROM metaops.record ORDER BY id"));
  }

  @Test
  void movesARowThatIsBehindAndReadsItBack() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();

    Answer answer = fix("ord_1", Optional.of(OrderState.SETTLED), Consent.EXECUTE);

    assertThat(text(answer)).contains("PENDING to SETTLED, applied and VERIFIED");
    assertThat(answer.exit()).isEqualTo(ExitCode.FINE);
    assertThat(venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(records()).isEqualTo("plan ord_1");
    assertThat(venue.one("SELECT count(*) FROM metaops.applied_plan")).isEqualTo("1");
    assertThat(venue.one("SELECT count(*) FROM metaops.unsealed")).isEqualTo("0");
    assertThat(venue.changes("ord_1")).endsWith("PENDING to SETTLED");
  }

  @Test
  void theListenerThatComesBackFindsNothingLeftToDo() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();
    fix("ord_1", Optional.empty(), Consent.EXECUTE);

    try (HandDriven listener = HandDriven.of(venue)) {
      listener.catchUp();
    }

    assertThat(venue.state("ord_1")).isEqualTo("SETTLED");
    assertThat(venue.changes("ord_1")).containsExactly("CREATED to PENDING", "PENDING to SETTLED");
    assertThat(venue.one("SELECT count(*) FROM metaops.event")).isEqualTo("2");
  }

  @Test
  void refusesWhileTheEscrowIsHeldAndWritesTheRefusalDown() throws Exception {
    pending("ord_1");
    finalizeHead();

    Answer answer = fix("ord_1", Optional.of(OrderState.SETTLED), Consent.EXECUTE);

    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("asked for SETTLED, the chain says PENDING");
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(records()).isEqualTo("refusal ord_1");
  }

  @Test
  void refusesAnotherEndingThanTheChains() throws Exception {
    venue.registry().refund(pending("ord_1"));
    finalizeHead();

    Answer answer = fix("ord_1", Optional.of(OrderState.SETTLED), Consent.EXECUTE);

    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("the chain says REFUNDED");
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void refusesWhatIsOnChainAndNotFinal() throws Exception {
    venue.registry().release(pending("ord_1"));

    Answer answer = fix("ord_1", Optional.of(OrderState.SETTLED), Consent.EXECUTE);

    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("not final yet");
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void withNobodyToAskNothingIsChangedAndTheLastLineSaysHow() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();

    Answer answer = fix("ord_1", Optional.empty(), Consent.ASK);

    assertThat(answer.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(text(answer))
        .contains(
            "NOTHING WAS CHANGED: 1 of 1 orders can be moved. Apply: metaops order fix ord_1"
                + " SETTLED --execute");
    assertThat(heard).anyMatch(line -> line.contains("PENDING → SETTLED"));
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void asksAndAppliesWhatWasShown() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();
    typed = Optional.of("y");

    assertThat(fix("ord_1", Optional.empty(), Consent.ASK).exit()).isEqualTo(ExitCode.FINE);
    assertThat(venue.state("ord_1")).isEqualTo("SETTLED");
  }

  @Test
  void aDryRunStopsAfterThePlan() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();

    assertThat(fix("ord_1", Optional.empty(), Consent.DRY_RUN).exit()).isEqualTo(ExitCode.FINE);
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(records()).isEmpty();
  }

  @Test
  void aRowAnotherSessionHoldsIsLeftAloneAtOnce() throws Exception {
    venue.registry().release(pending("ord_1"));
    Hash other = pending("ord_2");
    venue.registry().release(other);
    finalizeHead();
    try (var idle = venue.orders().connect(TestPostgres.minute());
        var statement = idle.createStatement()) {
      idle.setAutoCommit(false);
      statement.execute("UPDATE public.orders SET notes = 'looking' WHERE id = 'ord_1'");

      assertThat(fix("ord_1", Optional.empty(), Consent.EXECUTE).exit())
          .isEqualTo(ExitCode.COULD_NOT);
      assertThat(fix("ord_2", Optional.empty(), Consent.EXECUTE).exit()).isEqualTo(ExitCode.FINE);
      idle.rollback();
    }
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
    assertThat(venue.state("ord_2")).isEqualTo("SETTLED");
  }

  @Test
  void aRowWrittenWhileThePersonThoughtIsSkipped() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();
    typed = Optional.of("y");
    var conversation = conversation();
    var meddling =
        new Conversation(
            conversation.configuration(),
            conversation.shared(),
            new Meddler(),
            conversation.ticker());

    Answer answer =
        new OrderAnswers()
            .to(
                new OrderCommand.Fix(
                    new OrderName("ord_1"), Optional.empty(), Optional.empty(), Consent.ASK),
                meddling);

    assertThat(answer.exit()).isEqualTo(ExitCode.WORLD_CHANGED);
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
  }

  /** Says yes, after somebody else has written the row. */
  private final class Meddler implements Person {
    @Override
    public void tell(String sentence) {}

    @Override
    public void show(String line) {}

    @Override
    public Optional<String> ask(String question) {
      venue.execute("UPDATE public.orders SET notes = 'somebody was here' WHERE id = 'ord_1'");
      return Optional.of("y");
    }

    @Override
    public Page.Colour colour() {
      return Page.Colour.NONE;
    }
  }

  @Test
  void whileFrozenOrOnlyObservingNothingIsApplied() throws Exception {
    venue.registry().release(pending("ord_1"));
    finalizeHead();
    venue.execute("SELECT metaops_api.freeze('f1', 'kim', 'rows look wrong', now())");

    assertThat(fix("ord_1", Optional.empty(), Consent.EXECUTE).exit()).isEqualTo(ExitCode.REFUSED);

    assertThat(venue.all("SELECT kind FROM metaops.record ORDER BY id"))
        .containsExactly("freeze", "refusal");
    venue.execute("SELECT metaops_api.unfreeze('f2', 'kim', '', now())");
    mode = "observe";
    assertThat(fix("ord_1", Optional.empty(), Consent.EXECUTE).exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(venue.state("ord_1")).isEqualTo("PENDING");
  }

  @Test
  void aPlanThatWasAlteredIsRefusedByTheDatabase() {
    assertThat(
            venue.answer(
                "SELECT metaops_api.apply_plan('{\"id\": \"P-1\", \"class\": \"RESYNC\"}',"
                    + " sha256('another text'))"))
        .startsWith("MO007")
        .contains("digest differs");
  }
}
