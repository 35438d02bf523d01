package dev.metaops.proof;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * The verifier: from a header's bytes down the trie to a receipt's logs. Shares no code with what
 * builds tries. Every refusal is an {@link IllegalArgumentException}.
 */
final class ProofWalk {
  private static final int LEAST_FIELDS = 15;
  private static final int MOST_FIELDS = 64;
  private static final int BRANCH = 17;
  private static final int HASHED_FROM = 32;

  /** A status or root, gas, bloom, logs; an OP-stack's deposit has two more. */
  private static final int LEAST_PARTS = 4;

  private static final int MOST_PARTS = 8;

  /** The last second of year 9999. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private final Iterator<byte[]> nodes;
  private final byte[] key;
  private int used;

  private ProofWalk(byte[] key, List<byte[]> nodes) {
    this.key = key;
    this.nodes = nodes.iterator();
  }

  static Verification.Proved of(byte[] header, int index, List<byte[]> nodes) {
    List<RlpItem> fields =
        Rlp.list("header", Rlp.whole("header", header), LEAST_FIELDS, MOST_FIELDS);
    Hash receiptsRoot = Rlp.hash("receiptsRoot", fields.get(5));
    Rlp.bytes("logsBloom", fields.get(6), 256);
    long seconds = Rlp.number("timestamp", fields.get(11));
    if (seconds > LAST_SECOND) {
      throw new IllegalArgumentException("timestamp: expected before year 10000");
    }
    byte[] receipt = new ProofWalk(keyOf(index), nodes).down(receiptsRoot);
    return new Verification.Proved(
        Hash.of(Keccaks.of(header)),
        Rlp.number("number", fields.get(8)),
        Instant.ofEpochSecond(seconds),
        receiptsRoot,
        Rlp.hash("parentHash", fields.get(0)),
        index,
        logs(receipt));
  }

  /** The RLP of the index in half bytes: spelled out, as who verifies shares nothing. */
  private static byte[] keyOf(int index) {
    if (index == 0) {
      return new byte[] {8, 0};
    }
    int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(index) + 7) / 8;
    boolean isShort = index < 0x80;
    byte[] key = new byte[2 * (isShort ? 1 : bytes + 1)];
    if (!isShort) {
      key[0] = 8;
      key[1] = (byte) bytes;
    }
    int rest = index;
    for (int at = key.length - 1; at >= (isShort ? 0 : 2); at--) {
      key[at] = (byte) (rest & 0xf);
      rest >>>= 4;
    }
    return key;
  }

  private byte[] down(Hash root) {
    RlpItem node = next(root.bytes());
    while (true) {
      List<RlpItem> items = Rlp.list("node", node, 2, BRANCH);
      if (items.size() == BRANCH) {
        if (used == key.length) {
          throw new IllegalArgumentException("the path ends in a branch");
        }
        node = below(items.get(key[used++]));
      } else if (items.size() != 2) {
        throw new IllegalArgumentException(
            "node: " + items.size() + " items (expected: 2 or " + BRANCH + ")");
      } else if (isLeaf(items.getFirst())) {
        return ended(items.get(1));
      } else {
        node = below(items.get(1));
      }
    }
  }

  /** Follows the path of a leaf or an extension. */
  private boolean isLeaf(RlpItem packed) {
    byte[] path = Rlp.bytes("path", packed);
    int flag = path.length == 0 ? -1 : path[0] >> 4;
    boolean isOdd = (flag & 1) == 1;
    if (flag < 0 || flag > 3 || (!isOdd && (path[0] & 0xf) != 0)) {
      throw new IllegalArgumentException("a path that is not packed as a path");
    }
    int from = used;
    if (isOdd) {
      follow(path[0] & 0xf);
    }
    for (int at = 1; at < path.length; at++) {
      follow(path[at] >> 4 & 0xf);
      follow(path[at] & 0xf);
    }
    boolean isLeaf = flag >= 2;
    if (!isLeaf && used == from) {
      throw new IllegalArgumentException("an extension without a path");
    }
    return isLeaf;
  }

  private void follow(int nibble) {
    if (used == key.length || key[used] != nibble) {
      throw new IllegalArgumentException("the path leads to another transaction");
    }
    used++;
  }

  private RlpItem below(RlpItem reference) {
    if (reference.isList()) {
      if (reference.encodedLength() >= HASHED_FROM) {
        throw new IllegalArgumentException("a node held whole that should be hashed");
      }
      return reference;
    }
    if (reference.length() == 0) {
      throw new IllegalArgumentException("the trie has no such transaction");
    }
    RlpItem node = next(Rlp.bytes("reference", reference, 32));
    if (node.encodedLength() < HASHED_FROM) {
      throw new IllegalArgumentException("a node hashed that should be held whole");
    }
    return node;
  }

  private RlpItem next(byte[] hash) {
    if (!nodes.hasNext()) {
      throw new IllegalArgumentException("a node is missing");
    }
    byte[] node = nodes.next();
    if (!Arrays.equals(Keccaks.of(node), hash)) {
      throw new IllegalArgumentException("a node does not have the hash its parent names");
    }
    return Rlp.whole("node", node);
  }

  private byte[] ended(RlpItem value) {
    if (used != key.length) {
      throw new IllegalArgumentException("the path ends before the transaction");
    }
    if (nodes.hasNext()) {
      throw new IllegalArgumentException("more nodes than the path has");
    }
    return Rlp.bytes("receipt", value);
  }

  private static List<ProvedLog> logs(byte[] receipt) {
    boolean isTyped = receipt.length > 0 && receipt[0] > 0;
    byte[] rlp = isTyped ? Arrays.copyOfRange(receipt, 1, receipt.length) : receipt;
    List<RlpItem> parts = Rlp.list("receipt", Rlp.whole("receipt", rlp), LEAST_PARTS, MOST_PARTS);
    Rlp.bytes("outcome", parts.get(0));
    Rlp.bytes("cumulativeGasUsed", parts.get(1));
    Rlp.bytes("logsBloom", parts.get(2), 256);
    List<ProvedLog> logs = new ArrayList<>();
    for (Iterator<RlpItem> rest = Rlp.each("logs", parts.get(3)); rest.hasNext(); ) {
      List<RlpItem> log = Rlp.list("log", rest.next(), 3, 3);
      logs.add(
          new ProvedLog(
              logs.size(),
              Address.of(Rlp.bytes("address", log.get(0), 20)),
              Rlp.list("topics", log.get(1), 0, 4).stream()
                  .map(topic -> Rlp.hash("topic", topic))
                  .toList(),
              Rlp.hex("data", log.get(2))));
    }
    return logs;
  }
}
