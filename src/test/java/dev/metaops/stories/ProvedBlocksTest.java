package dev.metaops.stories;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.command.ExitCode;
import dev.metaops.demo.RegistryContract;
import dev.metaops.escrow.EscrowEvent.Terms;
import dev.metaops.main.Operator;
import dev.metaops.main.Operator.Said;
import dev.metaops.testing.HandDriven;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestVenue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The events of some blocks are proved to files that anybody checks, with everything down. */
class ProvedBlocksTest {
  @TempDir Path directory;

  @AutoClose
  private final TestChain chain = TestChain.start(options -> options.withSlotsInAnEpoch(1));

  private final TestVenue venue = new TestVenue(chain);

  private Operator operator() {
    return new Operator(
        directory,
        Map.of(
            "DATABASE_URL", venue.orders().url().secretText(),
            "RPC_URL", chain.url(),
            "ESCROW_CONTRACT_ADDRESS", venue.registry().address().text()));
  }

  private void settled(int orders) throws Exception {
    for (int order = 0; order < orders; order++) {
      Terms terms = venue.order("o-" + order);
      venue.registry().create(terms);
      venue.registry().release(RegistryContract.key(terms));
    }
    chain.mine(3);
    try (HandDriven follower = HandDriven.of(venue)) {
      follower.catchUp();
    }
  }

  @Test
  void everyEventOfARangeIsHandedOnAndChecked() throws Exception {
    settled(3);
    Path to = directory.resolve("proofs");
    long head = chain.latest().number();
    Said said = operator().types("events prove --blocks 1.." + (head - 3) + " --to " + to);
    assertThat(said.exit()).as(said.all()).isEqualTo(ExitCode.FINE);
    assertThat(said.out())
        .contains("6 of 6 events of blocks 1 to " + (head - 3) + " proved: 1 file in " + to)
        .contains("metaops events check-proof " + to)
        .doesNotContain("may not be all");
    Said again = operator().types("events prove --blocks 1..3 --to " + to);
    assertThat(again.exit()).as(again.all()).isEqualTo(ExitCode.REFUSED);

    Operator nobody = new Operator(directory, Map.of());
    Said checked = nobody.types("events check-proof " + to);
    assertThat(checked.exit()).as(checked.all()).isEqualTo(ExitCode.FINE);
    assertThat(checked.out()).contains("6 of 6 events proved in 1 file");
    Path file = to.resolve("proofs-00001.json");
    assertThat(nobody.types("events check-proof " + file).out()).contains("6 of 6 events proved");

    String text = Files.readString(file);
    Files.writeString(to.resolve("tampered.json"), text.replaceFirst("\"log\" : 0", "\"log\" : 1"));
    Files.writeString(to.resolve("zeros.json"), "nothing");
    Said broken = nobody.types("events check-proof -o json " + to);
    assertThat(broken.exit()).isEqualTo(ExitCode.CRITICAL);
    JsonNode json = broken.json();
    assertThat(json.path("refuted").asInt()).isEqualTo(1);
    assertThat(json.path("files").path(2).path("why").asString()).contains("not JSON");
    assertThat(json.path("refutations").path(0).asString()).startsWith("tampered.json: log 1");
  }

  @Test
  void oneBlockGoesToStandardOutputAndWhatIsNotFinalIsSaid() throws Exception {
    settled(1);
    long block = Long.parseLong(venue.one("SELECT min(block_number) FROM metaops.event"));
    Said said = operator().types("events prove --blocks " + block);
    assertThat(said.json().path("proofs").size()).isEqualTo(1);
    assertThat(said.json().path("order").asString()).isEqualTo("block " + block);
    long head = chain.latest().number();
    Said open =
        operator().types("events prove --blocks 0.." + head + " --to " + directory.resolve("p"));
    assertThat(open.out()).contains("These may not be all: ").contains("are not final yet");
    assertThat(operator().types("events prove --blocks " + (head + 1)).all())
        .contains("the ledger has read up to block " + head);
    assertThat(operator().types("events prove --blocks 9..2").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(operator().types("events prove o-0 --blocks 1..2").exit()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void manyEventsAreManyFiles() throws Exception {
    settled(1);
    venue.execute(
        """
        INSERT INTO metaops.event (chain_id, block_number, block_hash, log_index, transaction_hash,
          contract, kind, escrow_key, source, final)
        SELECT chain_id, block_number, block_hash, 1000 + n, transaction_hash, contract, kind,
          escrow_key, source, final
        FROM (SELECT * FROM metaops.event ORDER BY block_number LIMIT 1) e,
          generate_series(1, 1200) n\
        """);
    Path to = directory.resolve("proofs");
    Said said = operator().types("events prove --blocks 0..100 -o json --to " + to);
    assertThat(said.json().path("files").asInt()).isEqualTo(3);
    assertThat(said.json().path("proved").asInt()).as("the two that happened").isEqualTo(2);
    assertThat(said.json().path("broken").asInt()).isEqualTo(1200);
    assertThat(operator().types("events prove --blocks 0..100").exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }
}
