package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A file of proofs says what it can prove, and nothing more. */
class ProofFileTest {
  private final RandomBlocks blocks = RandomBlocks.of("ProofFileTest");
  private final List<FullReceipt> receipts = blocks.receipts(40);
  private final Header header = blocks.over(receipts);

  @Test
  void everyLogOfABlockHoldsAfterTheFileIsReadBack() {
    ProofFile file = new ProofFile(31_337, "ord_71", claims());
    assertThat(ProofFile.read(file.text())).isEqualTo(new ProofFile.Reading.Read(file));
    assertThat(file.claims())
        .isNotEmpty()
        .allSatisfy(claim ->
            assertThat(claim.check())
                .isInstanceOfSatisfying(
                    ProofClaim.Outcome.Holds.class,
                    holds -> assertThat(holds.log().address()).isEqualTo(claim.contract())));
  }

  @Test
  void aClaimOfAnythingElseIsRefuted() {
    ProofClaim claim = claims().getFirst();
    BlockRef block = claim.block();
    assertThat(
            List.of(
                withBlock(claim, new BlockRef(block.number() + 1, block.hash())),
                withBlock(claim, new BlockRef(block.number(), blocks.hash())),
                new ProofClaim(
                    block,
                    claim.transaction(),
                    claim.firstLog() + 4,
                    claim.firstLog(),
                    claim.contract(),
                    "it",
                    claim.proof()),
                new ProofClaim(
                    block,
                    claim.transaction(),
                    claim.log(),
                    claim.firstLog(),
                    blocks.address(),
                    "it",
                    claim.proof()),
                new ProofClaim(
                    block,
                    claim.transaction(),
                    claim.log(),
                    claim.firstLog(),
                    claim.contract(),
                    "it",
                    Optional.of("0x00"))))
        .allSatisfy(
            forged -> assertThat(forged.check()).isInstanceOf(ProofClaim.Outcome.Refuted.class));
  }

  @Test
  void whatHasNoProofIsNotTakenForProved() {
    ProofClaim claim = claims().getFirst();
    ProofClaim bare =
        new ProofClaim(
            claim.block(),
            claim.transaction(),
            claim.log(),
            claim.firstLog(),
            claim.contract(),
            "it",
            Optional.empty());
    assertThat(bare.check()).isEqualTo(new ProofClaim.Outcome.Unproved());
    ProofFile file = new ProofFile(1, "o", List.of(bare));
    assertThat(ProofFile.read(file.text())).isEqualTo(new ProofFile.Reading.Read(file));
  }

  @Test
  void whateverTheTextItIsReadOrRefusedWithAReason() {
    String good = new ProofFile(1, "o", claims().subList(0, 1)).text();
    for (String text :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"shape\":\"metaops-proofs/2\"}",
            "[".repeat(100_000),
            "{\"a\":".repeat(5_000),
            good + "x",
            good.replace("\"chain\" : 1", "\"chain\" : -1"),
            good.replace("\"chain\" : 1", "\"chain\" : 1e400"),
            good.replace("\"chain\" : 1", "\"chain\" : " + "9".repeat(500)),
            good.replace("\"chain\" : 1", "\"chain\" : 1, \"chain\" : 2"),
            good.replace("\"order\" : \"o\"", "\"order\" : \"\\u001b[31m\""),
            good.replace("\"proof\" : \"0x", "\"proof\" : \"0xzz"),
            good.replace("\"proof\" : \"0x", "\"proof\" : \"0x0"))) {
      assertThat(ProofFile.read(text))
          .as("%.60s", text)
          .isInstanceOfSatisfying(
              ProofFile.Reading.Unreadable.class,
              unreadable ->
                  assertThat(unreadable.why())
                      .isNotBlank()
                      .hasSizeLessThan(300)
                      .doesNotMatch("(?s).*\\p{Cc}.*"));
    }
    for (int round = 0; round < 5_000; round++) {
      StringBuilder changed = new StringBuilder(good);
      changed.setCharAt(
          blocks.random.nextInt(good.length()), (char) blocks.random.nextInt(0x20, 0x7f));
      switch (ProofFile.read(changed.toString())) {
        case ProofFile.Reading.Unreadable(String why) -> assertThat(why).isNotBlank();
        case ProofFile.Reading.Read(ProofFile file) ->
            assertThat(file.claims().stream().map(ProofClaim::check)).hasSameSizeAs(file.claims());
      }
    }
  }

  private List<ProofClaim> claims() {
    SealedHeader sealed = ((Sealing.Sealed) HeaderSeal.of(header)).header();
    Rooting.Rooted rooted = (Rooting.Rooted) ReceiptsTrie.of(header.receiptsRoot(), receipts);
    List<ProofClaim> claims = new ArrayList<>();
    for (FullReceipt receipt : receipts) {
      List<Log> logs = receipt.receipt().logs();
      for (Log log : logs) {
        claims.add(
            new ProofClaim(
                header.ref(),
                log.transaction(),
                log.index(),
                logs.getFirst().index(),
                log.address(),
                "Released",
                Optional.of(
                    Hex.text(
                        InclusionProof.of(sealed, rooted.trie(), receipt.transactionIndex())
                            .bytes()))));
      }
    }
    return claims;
  }

  private static ProofClaim withBlock(ProofClaim claim, BlockRef block) {
    return new ProofClaim(
        block,
        claim.transaction(),
        claim.log(),
        claim.firstLog(),
        claim.contract(),
        claim.event(),
        claim.proof());
  }
}
