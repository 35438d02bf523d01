package dev.metaops.proof;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import dev.metaops.chain.Execution;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Log;
import java.util.ArrayList;
import java.util.List;

/** A receipt as the trie holds it: EIP-2718's type, if any, and RLP. */
final class ReceiptCoding {
  private static final byte[] SUCCEEDED = {1};
  private static final byte[] REVERTED = {};

  private ReceiptCoding() {}

  /**
   * A deposit of an OP-stack is hashed with its nonce only since Canyon, when receipts got a
   * version.
   *
   * @throws IllegalArgumentException when it has neither status nor state root
   */
  static byte[] of(FullReceipt receipt, Bloom bloom) {
    List<Object> items = new ArrayList<>(6);
    items.add(outcome(receipt));
    items.add(Scalar.of("cumulativeGasUsed", receipt.cumulativeGas()));
    items.add(bloom.bytes());
    items.add(receipt.receipt().logs().stream().map(ReceiptCoding::log).toList());
    if (receipt.depositVersion().isPresent()) {
      items.add(
          receipt
              .depositNonce()
              .map(nonce -> Scalar.of("depositNonce", nonce))
              .orElse(Scalar.ZERO));
      items.add(Scalar.of("depositReceiptVersion", receipt.depositVersion().get()));
    }
    byte[] rlp = RLPEncoder.list(items);
    return receipt.type() == 0 ? rlp : typed(receipt.type(), rlp);
  }

  private static byte[] typed(int type, byte[] rlp) {
    byte[] typed = new byte[1 + rlp.length];
    typed[0] = (byte) type;
    System.arraycopy(rlp, 0, typed, 1, rlp.length);
    return typed;
  }

  private static byte[] outcome(FullReceipt receipt) {
    if (receipt.stateRoot().isPresent()) {
      return receipt.stateRoot().get().bytes();
    }
    Execution execution = receipt.receipt().execution();
    return switch (execution) {
      case SUCCEEDED -> SUCCEEDED;
      case REVERTED -> REVERTED;
      case UNSTATED ->
          throw new IllegalArgumentException(
              "receipt " + receipt.transactionIndex() + " has neither a status nor a state root");
    };
  }

  private static List<Object> log(Log log) {
    return List.of(
        log.address().bytes(), log.topics().stream().map(Hash::bytes).toList(), log.dataBytes());
  }
}
