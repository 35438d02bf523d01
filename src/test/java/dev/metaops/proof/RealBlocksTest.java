package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.Address;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real blocks of real chains, where they lie beside the checkout. */
class RealBlocksTest {
  private final RandomBlocks random = RandomBlocks.of("RealBlocksTest");

  @Test
  void realBlocksAddUpAndEveryReceiptOfThemIsProved() {
    List<BlockFiles> blocks = BlockFiles.all();
    if (blocks.isEmpty()) {
      System.out.println(
          "RealBlocksTest: skipped, as no shared/data/blocks is beside the checkout");
    }
    for (BlockFiles files : blocks) {
      Header header = files.header();
      assertThat(HeaderSeal.of(header)).as(files.name()).isInstanceOf(Sealing.Sealed.class);
      SealedHeader sealed = ((Sealing.Sealed) HeaderSeal.of(header)).header();
      List<FullReceipt> receipts = files.receipts(header.ref());
      Rooting rooting = ReceiptsTrie.of(header.receiptsRoot(), receipts);
      assertThat(rooting).as(files.name()).isInstanceOf(Rooting.Rooted.class);
      Rooting.Rooted rooted = (Rooting.Rooted) rooting;
      assertThat(rooted.bloom()).isEqualTo(sealed.bloom());
      long bytes = 0;
      List<ProvedLog> proved = new ArrayList<>();
      for (int index = 0; index < receipts.size(); index++) {
        byte[] proof = InclusionProof.of(sealed, rooted.trie(), index).bytes();
        bytes += proof.length;
        Verification verification = InclusionProof.verify(proof);
        assertThat(verification).isInstanceOf(Verification.Proved.class);
        Verification.Proved its = (Verification.Proved) verification;
        assertThat(its.blockHash()).isEqualTo(header.hash());
        proved.addAll(its.logs());
      }
      assertThat(proved).hasSize(rooted.logs().size());
      for (int at = 0; at < proved.size(); at++) {
        assertThat(proved.get(at).data()).isEqualTo(rooted.logs().get(at).data());
        assertThat(proved.get(at).topics()).isEqualTo(rooted.logs().get(at).topics());
        assertThat(proved.get(at).address()).isEqualTo(rooted.logs().get(at).address());
      }
      System.out.printf(
          "%s: a contract that is not there passes for there in %.1f %% of such blocks, with one of"
              + " 6 topics; one of 100 contracts in %.1f %%%n",
          files.name(), 100 * passing(sealed.bloom(), 1), 100 * passing(sealed.bloom(), 100));
      System.out.printf(
          "%s: %s; %d receipts, %d logs, %s; bloom %.1f %% full; a proof is %d bytes%n",
          files.name(),
          sealed.shape(),
          receipts.size(),
          rooted.logs().size(),
          rooted.variant(),
          100 * sealed.bloom().share(),
          bytes / Math.max(1, receipts.size()));
    }
  }

  /** How often that many contracts and 6 topics of nobody's pass this bloom. */
  private double passing(Bloom bloom, int contracts) {
    int passed = 0;
    for (int round = 0; round < 2_000; round++) {
      Set<Address> addresses =
          Stream.generate(random::address).limit(contracts).collect(Collectors.toSet());
      Set<Hash> topics = Stream.generate(random::hash).limit(6).collect(Collectors.toSet());
      passed += new Interest(addresses, topics).mayBeIn(bloom) ? 1 : 0;
    }
    return passed / 2_000.0;
  }
}
