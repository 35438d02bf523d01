package dev.metaops.proof;

import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle Patricia trie of a block's receipts, whose root is in the header.
 *
 * <p>A root binds outcome, gas, and address, topics and data of every log, in order. It binds
 * neither the hashes of the transactions nor who sent them.
 */
public final class ReceiptsTrie {
  private static final int STATE_SYNC = 0x7f;
  private static final byte[] EMPTY = Keccaks.of(new byte[] {(byte) 0x80});

  private final Optional<TrieNode> top;
  private final int size;

  private ReceiptsTrie(List<byte[]> receipts) {
    size = receipts.size();
    List<TrieEntry> entries = new ArrayList<>(size);
    for (int index = 0; index < size; index++) {
      entries.add(new TrieEntry(Nibbles.ofIndex(index), receipts.get(index)));
    }
    entries.sort(TrieEntry.BY_KEY);
    top = entries.isEmpty() ? Optional.empty() : Optional.of(TrieNode.of(entries, 0));
  }

  /**
   * Compares a header's root with that of these receipts. Never throws, whatever the node told.
   *
   * @param receipts of one block, in their order
   */
  public static Rooting of(Hash receiptsRoot, List<FullReceipt> receipts) {
    try {
      return compared(receiptsRoot, receipts);
    } catch (IllegalArgumentException e) {
      return new Rooting.Unrooted(
          Optional.empty(), "the receipts cannot be encoded: " + e.getMessage());
    }
  }

  private static Rooting compared(Hash receiptsRoot, List<FullReceipt> receipts) {
    for (int at = 0; at < receipts.size(); at++) {
      if (receipts.get(at).transactionIndex() != at) {
        return new Rooting.Unrooted(
            Optional.empty(),
            "receipt " + at + " says it is " + receipts.get(at).transactionIndex());
      }
    }
    BloomTally tally = new BloomTally();
    List<Bloom> blooms =
        receipts.stream().map(receipt -> tally.of(receipt.receipt().logs())).toList();
    List<byte[]> encoded = new ArrayList<>(receipts.size());
    for (int at = 0; at < receipts.size(); at++) {
      encoded.add(ReceiptCoding.of(receipts.get(at), blooms.get(at)));
    }
    ReceiptsTrie all = new ReceiptsTrie(encoded);
    if (all.root().equals(receiptsRoot)) {
      return all.rooted(Rooting.Variant.ALL, receipts, blooms);
    }
    if (endsInStateSync(receipts)) {
      ReceiptsTrie fewer = new ReceiptsTrie(encoded.subList(0, encoded.size() - 1));
      if (fewer.root().equals(receiptsRoot)) {
        return fewer.rooted(Rooting.Variant.WITHOUT_STATE_SYNC, receipts, blooms);
      }
    }
    return new Rooting.Unrooted(
        Optional.of(all.root()),
        receipts.size()
            + " receipts give the root "
            + all.root()
            + " (expected: the header's "
            + receiptsRoot
            + ")");
  }

  private Rooting rooted(Rooting.Variant variant, List<FullReceipt> receipts, List<Bloom> blooms) {
    return new Rooting.Rooted(
        this,
        variant,
        numbered(receipts.subList(0, size)),
        blooms.subList(0, size).stream().reduce(new Bloom(new long[32]), Bloom::and),
        size == receipts.size() ? Optional.empty() : Optional.of(receipts.getLast()));
  }

  private static List<Log> numbered(List<FullReceipt> receipts) {
    List<Log> logs = new ArrayList<>();
    for (FullReceipt receipt : receipts) {
      for (Log log : receipt.receipt().logs()) {
        logs.add(
            log.index() == logs.size()
                ? log
                : new Log(
                    log.block(),
                    log.transaction(),
                    logs.size(),
                    log.address(),
                    log.topics(),
                    log.data()));
      }
    }
    return logs;
  }

  /** Of a type of its own, or of a transaction that used no gas, as no other is. */
  private static boolean endsInStateSync(List<FullReceipt> receipts) {
    if (receipts.isEmpty()) {
      return false;
    }
    BigInteger before =
        receipts.size() == 1 ? BigInteger.ZERO : receipts.get(receipts.size() - 2).cumulativeGas();
    FullReceipt last = receipts.getLast();
    return last.type() == STATE_SYNC
        || (last.type() == 0 && last.cumulativeGas().compareTo(before) <= 0);
  }

  /** The root of a block without transactions. */
  public static Hash emptyRoot() {
    return Hash.of(EMPTY);
  }

  public Hash root() {
    return Hash.of(top.map(TrieNode::hash).orElse(EMPTY));
  }

  /** How many receipts are under the root. */
  public int size() {
    return size;
  }

  /** The nodes from the root to a receipt, those held whole in their parent left out. */
  List<byte[]> downTo(int index) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException(
          "transaction index: " + index + " (expected: 0 to " + (size - 1) + ")");
    }
    return top.orElseThrow().downTo(Nibbles.ofIndex(index));
  }
}
