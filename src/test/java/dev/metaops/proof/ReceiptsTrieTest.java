package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Execution;
import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Hash;
import dev.metaops.chain.Hex;
import dev.metaops.chain.Log;
import dev.metaops.chain.Receipt;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.trie.MerklePatriciaTrie;
import org.junit.jupiter.api.Test;

/** Roots of receipts against a trie of other hands, and against whoever adds, drops or changes. */
class ReceiptsTrieTest {
  private final RandomBlocks blocks = RandomBlocks.of("ReceiptsTrieTest");

  @Test
  void receiptsOfAllTypesGiveTheRootAnotherTrieGives() {
    for (int count : List.of(1, 2, 3, 15, 16, 17, 18, 127, 128, 129, 130, 255, 256, 257, 600)) {
      List<FullReceipt> receipts = blocks.receipts(count);
      Hash root = OtherHands.receiptsRoot(receipts);
      Rooting.Rooted rooted = rooted(ReceiptsTrie.of(root, receipts));
      assertThat(rooted.variant()).isEqualTo(Rooting.Variant.ALL);
      assertThat(rooted.trie().root()).isEqualTo(root);
      assertThat(rooted.trie().size()).isEqualTo(count);
      assertThat(rooted.logs()).isEqualTo(logs(receipts));
      assertThat(rooted.bloom().text()).isEqualTo(Hex.text(OtherHands.bloom(logs(receipts))));
      assertThat(rooted.unproved()).isEmpty();
    }
  }

  @Test
  void aBlockWithoutTransactionsHasTheEmptyRoot() {
    Rooting.Rooted rooted = rooted(ReceiptsTrie.of(ReceiptsTrie.emptyRoot(), List.of()));
    assertThat(rooted.logs()).isEmpty();
    assertThat(rooted.bloom().share()).isZero();
    assertThat(ReceiptsTrie.emptyRoot().text())
        .isEqualTo("0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  }

  @Test
  void nodesSmallEnoughAreHeldByTheirParent() {
    for (int count = 1; count < 300; count += 7) {
      MerklePatriciaTrie<Bytes> other = MerklePatriciaTrie.storingBytes();
      List<TrieEntry> entries = new ArrayList<>();
      for (int index = 0; index < count; index++) {
        byte[] value = blocks.bytes(blocks.random.nextInt(1, 40));
        OtherHands.put(other, RLP.encodeInt(index), Bytes.wrap(value));
        entries.add(new TrieEntry(Nibbles.ofIndex(index), value));
      }
      entries.sort(TrieEntry.BY_KEY);
      assertThat(TrieNode.of(entries, 0).hash()).isEqualTo(other.rootHash().toArrayUnsafe());
    }
  }

  @Test
  void whateverIsDroppedAddedOrChangedGivesAnotherRoot() {
    for (int round = 0; round < 40; round++) {
      List<FullReceipt> receipts = blocks.receipts(blocks.random.nextInt(1, 40));
      Hash root = OtherHands.receiptsRoot(receipts);
      for (List<FullReceipt> forged : forgeries(receipts)) {
        assertThat(ReceiptsTrie.of(root, forged)).isInstanceOf(Rooting.Unrooted.class);
      }
    }
  }

  /** Before PIP-74 the state sync is told by nodes, but in neither bloom nor root. */
  @Test
  void polygonsStateSyncIsLeftOutWhereTheRootLeavesItOut() {
    for (int count : List.of(0, 1, 40)) {
      List<FullReceipt> proved = blocks.receipts(count);
      Hash root = count == 0 ? ReceiptsTrie.emptyRoot() : OtherHands.receiptsRoot(proved);
      for (int type : List.of(0, 0x7f)) {
        FullReceipt sync = stateSync(type, count, BigInteger.ZERO, logs(proved).size());
        List<FullReceipt> told = new ArrayList<>(proved);
        told.add(sync);
        Rooting.Rooted rooted = rooted(ReceiptsTrie.of(root, told));
        assertThat(rooted.variant()).isEqualTo(Rooting.Variant.WITHOUT_STATE_SYNC);
        assertThat(rooted.unproved()).contains(sync);
        assertThat(rooted.logs()).isEqualTo(logs(proved));
        assertThat(rooted.trie().size()).isEqualTo(count);
      }
    }
  }

  @Test
  void polygonsStateSyncIsProvedWhereItIsUnderTheRoot() {
    List<FullReceipt> told = new ArrayList<>(blocks.receipts(20));
    told.add(stateSync(0x7f, 20, told.getLast().cumulativeGas(), logs(told).size()));
    Rooting.Rooted rooted = rooted(ReceiptsTrie.of(OtherHands.receiptsRoot(told), told));
    assertThat(rooted.variant()).isEqualTo(Rooting.Variant.ALL);
    assertThat(rooted.logs()).isEqualTo(logs(told));
  }

  @Test
  void noOtherReceiptPassesForAStateSync() {
    List<FullReceipt> receipts = new ArrayList<>(blocks.receipts(10));
    Hash root = OtherHands.receiptsRoot(receipts);
    receipts.add(
        stateSync(0, 10, receipts.getLast().cumulativeGas().add(BigInteger.valueOf(21_000)), 0));
    assertThat(ReceiptsTrie.of(root, receipts)).isInstanceOf(Rooting.Unrooted.class);
  }

  @Test
  void placesOfLogsFollowFromTheReceiptsWhateverTheNodeSays() {
    List<FullReceipt> receipts = blocks.receipts(30);
    Hash root = OtherHands.receiptsRoot(receipts);
    List<FullReceipt> misnumbered =
        receipts.stream().map(each -> withLogs(each, ReceiptsTrieTest::moved)).toList();
    assertThat(rooted(ReceiptsTrie.of(root, misnumbered)).logs()).isEqualTo(logs(receipts));
  }

  @Test
  void receiptsThatCannotBeEncodedAreRefusedWithTheReason() {
    FullReceipt good = blocks.receipts(1).getFirst();
    Receipt unstated =
        new Receipt(
            good.receipt().block(), good.receipt().transaction(), Execution.UNSTATED, List.of());
    Hash root = blocks.hash();
    assertThat(
            List.of(
                new FullReceipt(
                    unstated,
                    0,
                    2,
                    Optional.empty(),
                    BigInteger.ONE,
                    Optional.empty(),
                    Optional.empty()),
                with(good, good.receipt(), BigInteger.TWO.pow(256)),
                with(good, good.receipt(), BigInteger.TWO.negate())))
        .allSatisfy(bad ->
            assertThat(ReceiptsTrie.of(root, List.of(bad)))
                .isInstanceOfSatisfying(
                    Rooting.Unrooted.class,
                    unrooted -> {
                      assertThat(unrooted.computed()).isEmpty();
                      assertThat(unrooted.why()).contains("cannot be encoded");
                    }));
  }

  private List<List<FullReceipt>> forgeries(List<FullReceipt> receipts) {
    int at = blocks.random.nextInt(receipts.size());
    FullReceipt victim = receipts.get(at);
    List<List<FullReceipt>> forged = new ArrayList<>();
    forged.add(receipts.subList(0, receipts.size() - 1));
    List<FullReceipt> more = new ArrayList<>(receipts);
    more.addAll(blocks.receipts(1));
    forged.add(more);
    forged.add(
        replaced(
            receipts,
            at,
            with(victim, victim.receipt(), victim.cumulativeGas().add(BigInteger.ONE))));
    forged.add(
        replaced(
            receipts,
            at,
            withLogs(
                victim,
                log ->
                    new Log(
                        log.block(),
                        log.transaction(),
                        log.index(),
                        log.address(),
                        log.topics(),
                        log.data() + "00"))));
    forged.add(
        replaced(
            receipts,
            at,
            withLogs(
                victim,
                log ->
                    new Log(
                        log.block(),
                        log.transaction(),
                        log.index(),
                        blocks.address(),
                        log.topics(),
                        log.data()))));
    forged.add(replaced(receipts, at, withoutLastLog(victim)));
    forged.removeIf(receipts::equals);
    return forged;
  }

  private static List<FullReceipt> replaced(List<FullReceipt> all, int at, FullReceipt by) {
    List<FullReceipt> changed = new ArrayList<>(all);
    changed.set(at, by);
    return changed;
  }

  private static FullReceipt withoutLastLog(FullReceipt receipt) {
    List<Log> logs = receipt.receipt().logs();
    return with(
        receipt,
        new Receipt(
            receipt.receipt().block(),
            receipt.receipt().transaction(),
            receipt.receipt().execution(),
            logs.isEmpty() ? logs : logs.subList(0, logs.size() - 1)),
        receipt.cumulativeGas());
  }

  private static FullReceipt withLogs(
      FullReceipt receipt, java.util.function.UnaryOperator<Log> change) {
    return with(
        receipt,
        new Receipt(
            receipt.receipt().block(),
            receipt.receipt().transaction(),
            receipt.receipt().execution(),
            receipt.receipt().logs().stream().map(change).toList()),
        receipt.cumulativeGas());
  }

  private static Log moved(Log log) {
    return new Log(
        log.block(), log.transaction(), log.index() + 3, log.address(), log.topics(), log.data());
  }

  private static FullReceipt with(FullReceipt receipt, Receipt inner, BigInteger gas) {
    return new FullReceipt(
        inner,
        receipt.transactionIndex(),
        receipt.type(),
        receipt.stateRoot(),
        gas,
        receipt.depositNonce(),
        receipt.depositVersion());
  }

  private FullReceipt stateSync(int type, int index, BigInteger gas, int firstLog) {
    BlockRef block = new BlockRef(7, new Hash("0x" + "07".repeat(32)));
    Hash transaction = blocks.hash();
    Log log = new Log(block, transaction, firstLog, blocks.address(), List.of(blocks.hash()), "0x");
    return new FullReceipt(
        new Receipt(block, transaction, Execution.SUCCEEDED, List.of(log)),
        index,
        type,
        Optional.empty(),
        gas,
        Optional.empty(),
        Optional.empty());
  }

  private static List<Log> logs(List<FullReceipt> receipts) {
    return receipts.stream().flatMap(each -> each.receipt().logs().stream()).toList();
  }

  private static Rooting.Rooted rooted(Rooting rooting) {
    assertThat(rooting).isInstanceOf(Rooting.Rooted.class);
    return (Rooting.Rooted) rooting;
  }
}
