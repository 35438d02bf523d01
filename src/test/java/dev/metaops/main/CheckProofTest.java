package dev.metaops.main;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.command.ExitCode;
import dev.metaops.proof.HeaderSeal;
import dev.metaops.proof.InclusionProof;
import dev.metaops.proof.ProofClaim;
import dev.metaops.proof.ProofFile;
import dev.metaops.proof.ReceiptsTrie;
import dev.metaops.proof.Rooting;
import dev.metaops.proof.SealedHeader;
import dev.metaops.proof.Sealing;
import dev.metaops.rpc.Endpoint;
import dev.metaops.rpc.JsonRpc;
import dev.metaops.rpc.Patience;
import dev.metaops.rpc.Provider;
import dev.metaops.testing.TestChain;
import dev.metaops.testing.TestRegistry;
import dev.metaops.time.Deadline;
import dev.metaops.time.SystemTicker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who was handed a file of proofs, and has nothing else. */
class CheckProofTest {
  @TempDir private Path directory;

  @Test
  void aRealEventIsProvedWithNothingElseThere() throws IOException {
    ProofClaim claim = created();
    Operator.Said said = checks(new ProofFile(31_337, "ord_71", List.of(claim)));
    assertThat(said.exit()).isEqualTo(ExitCode.FINE);
    assertThat(said.out())
        .contains("Order ord_71 on chain 31337: 1 of 1 events proved")
        .contains(claim.block().hash().text());
    assertThat(said.err()).contains("Compare the hash with one from a source you trust");
  }

  @Test
  void theDocumentSaysWhatWasProved() throws IOException {
    ProofClaim claim = created();
    write(new ProofFile(31_337, "ord_71", List.of(claim)).text());
    var json = operator().types("events check-proof " + file() + " -o json").json();
    assertThat(json.path("shape").stringValue()).isEqualTo("events-check-proof/1");
    assertThat(json.path("proved").intValue()).isEqualTo(1);
    assertThat(json.path("events").path(0).path("outcome").stringValue()).isEqualTo("PROVED");
    assertThat(json.path("events").path(0).path("topics").size()).isPositive();
  }

  @Test
  void aForgedProofIsCritical() throws IOException {
    ProofClaim claim = created();
    String proof = claim.proof().orElseThrow();
    int middle = proof.length() / 2;
    char other = proof.charAt(middle) == '0' ? '1' : '0';
    Operator.Said said =
        checks(
            new ProofFile(
                31_337,
                "ord_71",
                List.of(
                    claim,
                    new ProofClaim(
                        claim.block(),
                        claim.transaction(),
                        claim.log(),
                        claim.firstLog(),
                        claim.contract(),
                        claim.event(),
                        Optional.of(
                            proof.substring(0, middle) + other + proof.substring(middle + 1))))));
    assertThat(said.exit()).isEqualTo(ExitCode.CRITICAL);
    assertThat(said.out()).contains("1 of 2 events proved, 1 REFUTED").contains("REFUTED");
  }

  @Test
  void whatOnlyANodeSaidIsAWarning() throws IOException {
    ProofClaim claim = created();
    Operator.Said said =
        checks(
            new ProofFile(
                31_337,
                "ord_71",
                List.of(
                    new ProofClaim(
                        claim.block(),
                        claim.transaction(),
                        claim.log(),
                        claim.firstLog(),
                        claim.contract(),
                        claim.event(),
                        Optional.empty()))));
    assertThat(said.exit()).isEqualTo(ExitCode.WARNING);
    assertThat(said.out()).contains("0 of 1 events proved, 1 without a proof");
  }

  @Test
  void whatIsNotAFileOfProofsNeverLooksFine() throws IOException {
    assertThat(operator().types("events check-proof " + file()).exit())
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(operator().types("events check-proof " + directory).exit())
        .isEqualTo(ExitCode.COULD_NOT);
    assertThat(operator().types("events check-proof").exit()).isEqualTo(ExitCode.USAGE);
    assertThat(checks(new ProofFile(1, "o", List.of())).exit()).isEqualTo(ExitCode.COULD_NOT);
    for (String text : List.of("", "{}", "[".repeat(50_000))) {
      write(text);
      assertThat(operator().types("events check-proof " + file()).exit())
          .isEqualTo(ExitCode.COULD_NOT);
    }
    Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThat(operator().types("events check-proof " + file()).exit())
        .isEqualTo(ExitCode.COULD_NOT);
  }

  /** The first event of an escrow on a chain that is gone when this returns. */
  private static ProofClaim created() {
    try (TestChain chain = TestChain.start()) {
      TestRegistry registry = chain.deployRegistry();
      registry.create("ord_71");
      Provider provider =
          new Provider(
              new JsonRpc(
                  Endpoint.parse("anvil", chain.url()),
                  Patience.STEADY,
                  SystemTicker.SYSTEM,
                  new SplittableRandom(1)));
      Deadline soon = Deadline.in(Duration.ofSeconds(30), SystemTicker.SYSTEM);
      Header header = provider.head(soon).latest();
      List<FullReceipt> receipts = provider.receipts(List.of(header.ref()), soon).getFirst();
      SealedHeader sealed = ((Sealing.Sealed) HeaderSeal.of(header)).header();
      Rooting.Rooted rooted = (Rooting.Rooted) ReceiptsTrie.of(header.receiptsRoot(), receipts);
      Log log = rooted.logs().getFirst();
      BlockRef block = header.ref();
      return new ProofClaim(
          block,
          log.transaction(),
          log.index(),
          log.index(),
          log.address(),
          "Created",
          Optional.of(Hex.text(InclusionProof.of(sealed, rooted.trie(), 0).bytes())));
    }
  }

  private Operator.Said checks(ProofFile proofs) throws IOException {
    write(proofs.text());
    return operator().types("events check-proof " + file());
  }

  private void write(String text) throws IOException {
    Files.writeString(file(), text);
  }

  private Path file() {
    return directory.resolve("proofs.json");
  }

  private Operator operator() {
    return new Operator(directory, Map.of());
  }
}
