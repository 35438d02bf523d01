package dev.metaops.stories;

import static dev.metaops.testing.Drawn.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.esaulpaugh.headlong.abi.Function;
import dev.metaops.chain.Address;
import dev.metaops.chain.Hex;
import dev.metaops.chain.SettleOn;
import dev.metaops.command.Answer;
import dev.metaops.command.Consent;
import dev.metaops.command.Conversation;
import dev.metaops.command.ExitCode;
import dev.metaops.command.OrderCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Shared;
import dev.metaops.config.Configuration;
import dev.metaops.config.Where;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.escrow.Words;
import dev.metaops.orderdesk.OrderAnswers;
import dev.metaops.reach.EscrowReach;
import dev.metaops.testing.Call;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestPerson;
import dev.metaops.testing.TestVenue;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenZeppelin's {@code Escrow} of 2019, as its package ships it: a contract that nobody here
 * wrote, with events that never heard of orders. A configuration file is all it takes.
 */
class ForeignAbiTest {
  private static final Path ARTIFACT =
      TestChain.checkout()
          .resolve("contracts/node_modules/openzeppelin-solidity/build/contracts/Escrow.json");

  @AutoClose private final TestChain chain = TestChain.start();
  @TempDir Path directory;

  private final TestVenue venue = new TestVenue(chain);
  private final Address contract = deployed();

  @Test
  void isFollowedByConfigurationAlone() throws Exception {
    for (int payee : new int[] {5, 6}) {
      insert("z-" + payee, chain.account(payee));
      send("deposit(address)", chain.account(payee));
    }
    send("withdraw(address)", chain.account(5));
    chain.mine(8);
    Configuration configuration = configuration("Deposited key=payee seller=payee");
    assertThat(configuration.problems()).isEmpty();
    try (HandDriven listener =
        HandDriven.from(
            chain.header(0),
            venue.settlingThrough(EscrowReach.escrows(configuration.settings())),
            new SettleOn.Finalized())) {
      listener.catchUp();
    }
    assertThat(venue.state("z-5")).isEqualTo("SETTLED");
    assertThat(venue.changes("z-5")).containsExactly("CREATED to PENDING", "PENDING to SETTLED");
    assertThat(venue.state("z-6")).isEqualTo("PENDING");
    assertThat(verify("z-5")).contains("finished", "EscrowReleased", "no storage view configured");
    assertThat(verify("z-6")).contains("the chain waits for the buyer");
  }

  @Test
  void itsEventsAloneMoveNoRowByHand() throws Exception {
    insert("z-5", chain.account(5));
    send("deposit(address)", chain.account(5));
    send("withdraw(address)", chain.account(5));
    chain.mine(8);
    assertThat(verify("z-5")).contains("the chain released it, the row still says CREATED");
    Answer answer =
        new OrderAnswers()
            .to(
                new OrderCommand.Fix(
                    new OrderName("z-5"), Optional.empty(), Optional.of("test"), Consent.EXECUTE),
                conversation("Deposited key=payee seller=payee"));
    assertThat(answer.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(text(answer)).contains("set escrow.status-function");
    assertThat(venue.state("z-5")).isEqualTo("CREATED");
  }

  @Test
  void anEventItDoesNotHaveIsOneSentence() throws Exception {
    insert("z-5", chain.account(5));
    Answer answer =
        new OrderAnswers()
            .to(new OrderCommand.Verify(new OrderName("z-5")), conversation("EscrowCreated"));
    assertThat(answer.exit()).isEqualTo(ExitCode.COULD_NOT);
    assertThat(text(answer))
        .contains(
            "escrow: ABI: no event EscrowCreated (it has: Deposited(address indexed,uint256);");
  }

  private String verify(String id) throws IOException {
    return text(
        new OrderAnswers()
            .to(
                new OrderCommand.Verify(new OrderName(id)),
                conversation("Deposited key=payee seller=payee")));
  }

  /** The payee is who the order pays: the seller, and the escrow's key. */
  private void insert(String id, Address payee) {
    Terms usual = venue.registry().terms(id);
    venue.insert(
        new Terms(id, usual.buyer(), payee, usual.token(), usual.amount(), usual.deadline()),
        contract,
        Words.of(payee));
  }

  private Address deployed() {
    try {
      return chain.deploy(
          chain.arbiter(),
          new JsonMapper().readTree(Files.readString(ARTIFACT)).path("bytecode").asString());
    } catch (IOException missing) {
      throw new IllegalStateException("contracts: npm install has not run", missing);
    }
  }

  private void send(String function, Address payee) {
    byte[] data =
        Function.parse(function)
            .encodeCallWithArgs(
                com.esaulpaugh.headlong.abi.Address.wrap(
                    com.esaulpaugh.headlong.abi.Address.toChecksumAddress(payee.text())))
            .array();
    Call call = Call.to(contract, chain.arbiter(), Hex.text(data));
    chain.send(function.startsWith("deposit") ? call.withValue(TestChain.ETHER) : call);
  }

  private Configuration configuration(String created) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("metaops.toml"),
            """
            [orders]
            mode = "own"

            [escrow]
            profile = "custom"
            abi = "%s"
            address = "%s"

            [escrow.events]
            created = "%s"
            released = "Withdrawn key=payee to=payee"
            """
                .formatted(ARTIFACT, contract.text(), created));
    return Configuration.read(
        new Where(
            Map.of(
                "METAOPS_DATA_DIR", directory.toString(),
                "DATABASE_URL", venue.orders().url().secretText(),
                "RPC_URL", chain.url()),
            Optional.empty(),
            Optional.of(file),
            Where.UsualFile.IGNORED,
            directory,
            directory));
  }

  private Conversation conversation(String created) throws IOException {
    return new Conversation(
        configuration(created), Shared.STANDARD, TestPerson.NOBODY, SystemTicker.SYSTEM);
  }
}
