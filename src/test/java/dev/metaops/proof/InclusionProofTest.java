package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.chain.Log;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is in a block can be proved to anybody; what is not cannot. */
class InclusionProofTest {
  private static final byte[] NOTHING = {};

  private final RandomBlocks blocks = RandomBlocks.of("InclusionProofTest");

  /** A block of which everything is known. */
  private record Block(SealedHeader header, ReceiptsTrie trie, List<FullReceipt> receipts) {
    InclusionProof proof(int index) {
      return InclusionProof.of(header, trie, index);
    }
  }

  @Test
  void everyReceiptOfABlockIsProvedWithAllItsLogs() {
    for (int count : List.of(1, 2, 16, 17, 127, 128, 129, 300)) {
      Block block = block(count);
      for (int index = 0; index < count; index++) {
        Verification.Proved proved = proved(InclusionProof.verify(block.proof(index).bytes()));
        Header header = block.header().header();
        assertThat(proved.blockHash()).isEqualTo(header.hash());
        assertThat(proved.number()).isEqualTo(header.number());
        assertThat(proved.time()).isEqualTo(header.time());
        assertThat(proved.receiptsRoot()).isEqualTo(header.receiptsRoot());
        assertThat(proved.parentHash()).isEqualTo(header.parentHash());
        assertThat(proved.transactionIndex()).isEqualTo(index);
        assertThat(proved.logs()).isEqualTo(told(block.receipts().get(index).receipt().logs()));
      }
    }
  }

  @Test
  void aProofIsReadBackAsItWasWritten() {
    byte[] bytes = block(20).proof(7).bytes();
    assertThat(InclusionProof.parse(bytes))
        .isInstanceOfSatisfying(
            InclusionProof.Parsing.Parsed.class,
            parsed -> assertThat(parsed.proof().bytes()).isEqualTo(bytes));
  }

  @Test
  void aProofIsOnlyMadeOfWhatBelongsTogether() {
    Block block = block(20);
    Block other = block(20);
    assertThatThrownBy(() -> InclusionProof.of(block.header(), other.trie(), 0))
        .hasMessageContaining("receipts root");
    assertThatThrownBy(() -> block.proof(20)).hasMessageContaining("(expected: 0 to 19)");
  }

  /**
   * Whatever is changed, it is refuted or is about another block; no two spellings are accepted.
   */
  @Test
  void noChangedProofProvesAnythingElseOfTheBlock() {
    int refuted = 0;
    for (int round = 0; round < 40; round++) {
      Block block = block(blocks.random.nextInt(1, 200));
      int index = blocks.random.nextInt(block.receipts().size());
      byte[] bytes = block.proof(index).bytes();
      for (int change = 0; change < 500; change++) {
        byte[] changed = changed(bytes);
        switch (InclusionProof.verify(changed)) {
          case Verification.Proved proved ->
              assertThat(proved.blockHash().equals(block.header().hash()))
                  .isEqualTo(Arrays.equals(changed, bytes));
          case Verification.Refuted(String why) -> {
            assertThat(why).isNotBlank().hasSizeLessThan(500).doesNotMatch("(?s).*\\p{Cc}.*");
            refuted++;
          }
        }
      }
    }
    assertThat(refuted).isGreaterThan(10_000);
  }

  @Test
  void whateverTheBytesNothingIsThrown() {
    for (int round = 0; round < 20_000; round++) {
      assertThat(InclusionProof.verify(blocks.bytes(blocks.random.nextInt(80))))
          .isInstanceOf(Verification.Refuted.class);
    }
    byte[] nested = new byte[1 << 20];
    Arrays.fill(nested, (byte) 0xc1);
    assertThat(refusal(nested)).isNotBlank();
    byte[] flat = RLPEncoder.list(Collections.nCopies(1 << 20, NOTHING));
    assertThat(refusal(flat)).contains("more than 4 items");
    assertThat(refusal(new byte[InclusionProof.MOST_BYTES + 1])).contains("expected: at most");
    assertThat(refusal(new byte[] {(byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1})).isNotBlank();
  }

  @Test
  void aProofOfAnotherFormatIsRefused() {
    Block block = block(3);
    byte[] header = block.header().rlp();
    List<byte[]> nodes = block.trie().downTo(1);
    byte[] one = {1};
    assertThat(refusal(RLPEncoder.list(new byte[] {2}, header, one, nodes)))
        .contains("version: 2 (expected: 1)");
    assertThat(refusal(RLPEncoder.list(one, header, one))).contains("3 items (expected: 4)");
    assertThat(refusal(RLPEncoder.list(one, header, one, nodes, one))).contains("more than 4");
    assertThat(refusal(RLPEncoder.list(one, header, one, List.of()))).contains("nodes: 0 items");
    assertThat(refusal(RLPEncoder.list(one, header, one, Collections.nCopies(13, one))))
        .contains("more than 12");
    assertThat(refusal(RLPEncoder.list(one, List.of(header), one, nodes))).contains("header");
  }

  @Test
  void theWayIsFollowedNodeByNode() {
    Block block = block(300);
    byte[] header = block.header().rlp();
    byte[] one = {1};
    List<byte[]> nodes = block.trie().downTo(200);
    byte[] index = {(byte) 200};
    assertThat(InclusionProof.verify(RLPEncoder.list(one, header, index, nodes)))
        .isInstanceOf(Verification.Proved.class);
    assertThat(refusal(RLPEncoder.list(one, header, new byte[] {(byte) 201}, nodes))).isNotBlank();
    assertThat(refusal(RLPEncoder.list(one, header, index, nodes.subList(0, nodes.size() - 1))))
        .contains("a node is missing");
    List<byte[]> more = new ArrayList<>(nodes);
    more.add(nodes.getLast());
    assertThat(refusal(RLPEncoder.list(one, header, index, more))).contains("more nodes than");
    List<byte[]> swapped = new ArrayList<>(nodes);
    Collections.swap(swapped, 0, 1);
    assertThat(refusal(RLPEncoder.list(one, header, index, swapped)))
        .contains("does not have the hash its parent names");
    assertThat(refusal(RLPEncoder.list(one, block(300).header().rlp(), index, nodes)))
        .contains("does not have the hash its parent names");
  }

  /** A trie of a stranger's making, whose root is in a header of a stranger's making. */
  @Test
  void nodesThatNoTrieHasAreRefused() {
    byte[] receipt = ReceiptCoding.of(blocks.receipts(1).getFirst(), Bloom.of(List.of()));
    byte[] leaf = RLPEncoder.list(new byte[] {0x20}, receipt);
    byte[] leafHash = OtherHands.keccak(leaf);
    List<Object> branch = new ArrayList<>(Collections.nCopies(17, NOTHING));
    branch.set(0, leafHash);
    byte[] branchRlp = RLPEncoder.list(branch);
    byte[] down = RLPEncoder.list(new byte[] {0x18}, OtherHands.keccak(branchRlp));

    assertThat(walked(down, branchRlp, leaf)).isEqualTo("proved");
    assertThat(walked(branchRlp, leaf)).contains("no such transaction");
    assertThat(walked(RLPEncoder.list(new byte[] {0x00}, OtherHands.keccak(down)), down))
        .contains("an extension without a path");
    assertThat(walked(RLPEncoder.list(new byte[] {0x19}, leafHash), leaf))
        .contains("leads to another transaction");
    assertThat(walked(RLPEncoder.list(new byte[] {0x48}, leafHash), leaf))
        .contains("not packed as a path");
    assertThat(walked(RLPEncoder.list(new byte[] {0x08}, leafHash), leaf))
        .contains("not packed as a path");
    assertThat(walked(RLPEncoder.list(NOTHING, leafHash), leaf)).contains("not packed as a path");
    assertThat(walked(leaf)).contains("ends before the transaction");
    assertThat(walked(RLPEncoder.list(new byte[] {0x20, (byte) 0x80, 0}, receipt)))
        .contains("leads to another transaction");
    assertThat(walked(RLPEncoder.list(new byte[] {0x18}, List.of(new byte[] {0x30}, receipt))))
        .contains("held whole that should be hashed");
    byte[] small = RLPEncoder.list(new byte[] {0x30}, new byte[] {1});
    assertThat(walked(RLPEncoder.list(new byte[] {0x18}, OtherHands.keccak(small)), small))
        .contains("hashed that should be held whole");
    assertThat(walked(RLPEncoder.list(new byte[] {0x18}, List.of(new byte[] {0x30}, small))))
        .contains("receipt");
    assertThat(walked(RLPEncoder.list(Collections.nCopies(5, new byte[32])))).contains("5 items");
  }

  /** What the verifier says of these nodes for transaction 0, whose key is 8, 0. */
  private String walked(byte[]... nodes) {
    List<byte[]> fields = new ArrayList<>();
    for (int field = 0; field < 15; field++) {
      fields.add(new byte[32]);
    }
    fields.set(5, OtherHands.keccak(nodes[0]));
    fields.set(6, new byte[256]);
    fields.set(8, new byte[] {1});
    fields.set(11, new byte[] {1});
    byte[] header = RLPEncoder.list(fields);
    return switch (InclusionProof.verify(
        RLPEncoder.list(new byte[] {1}, header, NOTHING, List.of(nodes)))) {
      case Verification.Proved _ -> "proved";
      case Verification.Refuted(String why) -> why;
    };
  }

  private byte[] changed(byte[] bytes) {
    byte[] changed = bytes.clone();
    int at = blocks.random.nextInt(bytes.length);
    return switch (blocks.random.nextInt(4)) {
      case 0 -> Arrays.copyOf(changed, at);
      case 1 -> Arrays.copyOf(changed, bytes.length + 1);
      case 2 -> {
        changed[at] = (byte) blocks.random.nextInt();
        yield changed;
      }
      default -> {
        changed[at] ^= (byte) (1 << blocks.random.nextInt(8));
        yield changed;
      }
    };
  }

  private Block block(int count) {
    List<FullReceipt> receipts = blocks.receipts(count);
    Header header = blocks.over(receipts);
    if (HeaderSeal.of(header) instanceof Sealing.Sealed(SealedHeader sealed)
        && ReceiptsTrie.of(header.receiptsRoot(), receipts) instanceof Rooting.Rooted rooted) {
      return new Block(sealed, rooted.trie(), receipts);
    }
    throw new AssertionError("a block of other hands does not add up");
  }

  private static List<ProvedLog> told(List<Log> logs) {
    List<ProvedLog> told = new ArrayList<>();
    logs.forEach(
        log -> told.add(new ProvedLog(told.size(), log.address(), log.topics(), log.data())));
    return told;
  }

  private static Verification.Proved proved(Verification verification) {
    assertThat(verification).isInstanceOf(Verification.Proved.class);
    return (Verification.Proved) verification;
  }

  private static String refusal(byte[] bytes) {
    return switch (InclusionProof.verify(bytes)) {
      case Verification.Proved proved -> "proved " + proved;
      case Verification.Refuted(String why) -> why;
    };
  }
}
