package dev.metaops.proof;

import dev.metaops.chain.Execution;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import java.math.BigInteger;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.trie.MerklePatriciaTrie;
import org.bouncycastle.jcajce.provider.digest.Keccak;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The same encodings and hashes by other libraries and other code: nothing of the product's. */
final class OtherHands {
  private static final Set<String> QUANTITIES =
      Set.of(
          "difficulty",
          "number",
          "gasLimit",
          "gasUsed",
          "timestamp",
          "step",
          "baseFeePerGas",
          "blobGasUsed",
          "excessBlobGas",
          "slotNumber");

  static {
    Security.addProvider(new BouncyCastleProvider());
  }

  private OtherHands() {}

  static byte[] keccak(byte[] bytes) {
    return new Keccak.Digest256().digest(bytes);
  }

  /** The hash of a header made of these members, in this order; one that is missing is empty. */
  static Hash headerHash(Map<String, String> members, List<String> order) {
    Bytes rlp =
        RLP.encodeList(writer -> {
          for (String name : order) {
            String text = members.get(name);
            if (text == null) {
              writer.writeValue(Bytes.EMPTY);
            } else if (QUANTITIES.contains(name)) {
              writer.writeBigInteger(new BigInteger(text.substring(2), 16));
            } else {
              writer.writeValue(Bytes.fromHexString(text));
            }
          }
        });
    return Hash.of(keccak(rlp.toArrayUnsafe()));
  }

  static byte[] bloom(List<Log> logs) {
    byte[] bloom = new byte[256];
    for (Log log : logs) {
      add(bloom, log.address().text());
      log.topics().forEach(topic -> add(bloom, topic.text()));
    }
    return bloom;
  }

  private static void add(byte[] bloom, String item) {
    byte[] hash = keccak(Bytes.fromHexString(item).toArrayUnsafe());
    for (int pair = 0; pair < 6; pair += 2) {
      int bit = new BigInteger(1, new byte[] {hash[pair], hash[pair + 1]}).intValue() % 2048;
      bloom[255 - bit / 8] |= (byte) (1 << (bit % 8));
    }
  }

  static Hash receiptsRoot(List<FullReceipt> receipts) {
    MerklePatriciaTrie<Bytes> trie = MerklePatriciaTrie.storingBytes();
    for (int index = 0; index < receipts.size(); index++) {
      put(trie, Bytes.wrap(RLP.encodeInt(index)), receipt(receipts.get(index)));
    }
    return Hash.of(trie.rootHash().toArrayUnsafe());
  }

  static void put(MerklePatriciaTrie<Bytes> trie, Bytes key, Bytes value) {
    try {
      trie.putAsync(key, value).join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static Bytes receipt(FullReceipt receipt) {
    Bytes rlp =
        RLP.encodeList(writer -> {
          if (receipt.stateRoot().isPresent()) {
            writer.writeValue(Bytes.fromHexString(receipt.stateRoot().get().text()));
          } else {
            writer.writeInt(receipt.receipt().execution() == Execution.SUCCEEDED ? 1 : 0);
          }
          writer.writeBigInteger(receipt.cumulativeGas());
          writer.writeValue(Bytes.wrap(bloom(receipt.receipt().logs())));
          writer.writeList(logs ->
              receipt
                  .receipt()
                  .logs()
                  .forEach(log ->
                      logs.writeList(parts -> {
                        parts.writeValue(Bytes.fromHexString(log.address().text()));
                        parts.writeList(topics ->
                            log.topics()
                                .forEach(
                                    topic -> topics.writeValue(Bytes.fromHexString(topic.text()))));
                        parts.writeValue(Bytes.fromHexString(log.data()));
                      })));
          if (receipt.depositVersion().isPresent()) {
            writer.writeBigInteger(receipt.depositNonce().orElseThrow());
            writer.writeBigInteger(receipt.depositVersion().get());
          }
        });
    return receipt.type() == 0 ? rlp : Bytes.concatenate(Bytes.of(receipt.type()), rlp);
  }

  static String text(byte[] bytes) {
    return Hex.text(bytes);
  }
}
