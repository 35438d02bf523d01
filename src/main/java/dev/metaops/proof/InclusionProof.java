package dev.metaops.proof;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import java.util.List;

/**
 * Proof that a block of a certain hash holds the receipt of a transaction, with all its logs. As
 * bytes it is one RLP list:
 *
 * <pre>
 * [ version,   1
 *   header,    bytes: the RLP of the block's header, whose keccak-256 is the block's hash
 *   index,     number: the transaction's place in the block
 *   nodes ]    list of bytes: the nodes of the receipts trie from root to receipt, but for those of
 *              less than 32 bytes, which their parent holds whole
 * </pre>
 *
 * <p>What is bound: outcome, gas, and contract, topics and data of each log, in order; the block's
 * number, time, parent and bloom. What is not: the transaction's hash and sender, which the
 * transactions root binds and the receipts root does not; and a log's index within the block, which
 * follows only from all receipts before it. Whether the block is on the chain is another question:
 * see {@link Verification.Proved}.
 */
public final class InclusionProof {
  /** Of the format; others are refused. */
  static final int VERSION = 1;

  /** 8 MiB: no transaction of a known chain can pay for a receipt as long. */
  static final int MOST_BYTES = 8 << 20;

  /** A key has six half bytes for 65,536 transactions; each node takes at least one. */
  private static final int MOST_NODES = 12;

  /** Whether bytes are a proof at all, its links not followed yet. */
  public sealed interface Parsing {
    record Parsed(InclusionProof proof) implements Parsing {}

    record Unreadable(String why) implements Parsing {}
  }

  private final byte[] header;
  private final int index;
  private final List<byte[]> nodes;

  private InclusionProof(byte[] header, int index, List<byte[]> nodes) {
    this.header = header;
    this.index = index;
    this.nodes = List.copyOf(nodes);
  }

  /**
   * For the receipt of one transaction.
   *
   * @param index of the transaction
   * @throws IllegalArgumentException when the trie is another block's or has no such transaction
   */
  public static InclusionProof of(SealedHeader header, ReceiptsTrie trie, int index) {
    if (!trie.root().equals(header.header().receiptsRoot())) {
      throw new IllegalArgumentException(
          "receipts root: "
              + trie.root()
              + " (expected: "
              + header.header().receiptsRoot()
              + ", of block "
              + header.header().ref()
              + ")");
    }
    return new InclusionProof(header.rlp(), index, trie.downTo(index));
  }

  /** Never throws, whatever the bytes. */
  public static Parsing parse(byte[] bytes) {
    if (bytes.length > MOST_BYTES) {
      return new Parsing.Unreadable(
          "a proof of " + bytes.length + " bytes (expected: at most " + MOST_BYTES + ")");
    }
    try {
      return new Parsing.Parsed(read(bytes));
    } catch (IllegalArgumentException e) {
      return new Parsing.Unreadable("not a proof of inclusion: " + e.getMessage());
    }
  }

  private static InclusionProof read(byte[] bytes) {
    RlpItem whole = Rlp.whole("proof", bytes);
    List<RlpItem> parts = Rlp.list("proof", whole, 4, 4);
    long version = Rlp.number("version", parts.get(0));
    if (version != VERSION) {
      throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
    }
    long index = Rlp.number("index", parts.get(2));
    if (index > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("index: " + index + " (expected: below 2^31)");
    }
    return new InclusionProof(
        Rlp.bytes("header", parts.get(1)),
        (int) index,
        Rlp.list("nodes", parts.get(3), 1, MOST_NODES).stream()
            .map(node -> Rlp.bytes("node", node))
            .toList());
  }

  /** Reads and verifies; what cannot be read is refuted. Never throws, whatever the bytes. */
  public static Verification verify(byte[] bytes) {
    return switch (parse(bytes)) {
      case Parsing.Parsed(InclusionProof proof) -> proof.verify();
      case Parsing.Unreadable(String why) -> new Verification.Refuted(why);
    };
  }

  /** Follows every link from the receipt to the block's hash; nothing else is asked or believed. */
  public Verification verify() {
    try {
      return ProofWalk.of(header, index, nodes);
    } catch (IllegalArgumentException e) {
      return new Verification.Refuted(String.valueOf(e.getMessage()));
    }
  }

  /** As described above. */
  public byte[] bytes() {
    return RLPEncoder.list(Scalar.of(VERSION), header, Scalar.of(index), nodes);
  }
}
