package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Blocks of a real node, of every fork it can play. */
class AnvilBlocksTest {
  /** A constructor that logs: LOG1, then LOG4 with 32 bytes, then leaves no code. */
  private static final String LOGS = "0x60aa60006000a1" + "6001600260036004" + "60206000a4" + "00";

  @Test
  void everyForkItPlaysIsSealedAndRooted() {
    Map<String, Integer> fields =
        Map.of(
            "frontier", 15,
            "homestead", 15,
            "byzantium", 15,
            "london", 16,
            "shanghai", 17,
            "cancun", 20,
            "prague", 21,
            "osaka", 21);
    fields.forEach((fork, count) -> {
      try (ForkNode node = ForkNode.start("--hardfork=" + fork)) {
        checked(node, node.header(0));
        for (int at = 0; at < 5; at++) {
          send(node, at, ",\"gasPrice\":\"0x77359400\"");
        }
        Header header = node.mine();
        assertThat(checked(node, header).shape()).startsWith(count + " fields");
        assertThat(node.receipts(header.ref())).hasSize(5);
      }
    });
  }

  @Test
  void aBlockOfManyTransactionsOfSeveralTypesIsProvedOneByOne() {
    try (ForkNode node = ForkNode.start()) {
      for (int at = 0; at < 300; at++) {
        send(
            node,
            at % 10,
            switch (at % 3) {
              case 0 -> ",\"gasPrice\":\"0x77359400\"";
              case 1 ->
                  ",\"gasPrice\":\"0x77359400\",\"accessList\":[{\"address\":\""
                      + node.account(1)
                      + "\",\"storageKeys\":[]}]";
              default -> ",\"maxFeePerGas\":\"0x77359400\",\"maxPriorityFeePerGas\":\"0x1\"";
            });
      }
      Header header = node.mine();
      checked(node, header);
      List<FullReceipt> receipts = node.receipts(header.ref());
      assertThat(receipts).hasSize(300);
      assertThat(receipts).extracting(FullReceipt::type).contains(0, 1, 2);
    }
  }

  @Test
  void anOptimismNodesDepositIsRooted() {
    try (ForkNode node = ForkNode.start("--network=optimism")) {
      node.ask(
          "eth_sendTransaction",
          "{\"type\":\"0x7e\",\"from\":\""
              + node.account(0)
              + "\",\"to\":\""
              + node.account(1)
              + "\",\"value\":\"0x0\",\"gas\":\"0x30d40\",\"mint\":\"0x0\",\"isSystemTx\":false,"
              + "\"sourceHash\":\"0x"
              + "11".repeat(32)
              + "\",\"input\":\"0x\"}");
      send(node, 2, "");
      Header header = node.mine();
      checked(node, header);
      List<FullReceipt> receipts = node.receipts(header.ref());
      assertThat(receipts).extracting(FullReceipt::type).contains(0x7e);
    }
  }

  private static void send(ForkNode node, int account, String more) {
    node.ask(
        "eth_sendTransaction",
        "{\"from\":\""
            + node.account(account)
            + "\",\"gas\":\"0x186a0\",\"data\":\""
            + LOGS
            + "\""
            + more
            + "}");
  }

  /** Header, bloom, root, and the proof of each receipt. */
  private static SealedHeader checked(ForkNode node, Header header) {
    Sealing sealing = HeaderSeal.of(header);
    assertThat(sealing).isInstanceOf(Sealing.Sealed.class);
    SealedHeader sealed = ((Sealing.Sealed) sealing).header();
    List<FullReceipt> receipts = node.receipts(header.ref());
    Rooting rooting = ReceiptsTrie.of(header.receiptsRoot(), receipts);
    assertThat(rooting).isInstanceOf(Rooting.Rooted.class);
    Rooting.Rooted rooted = (Rooting.Rooted) rooting;
    assertThat(rooted.bloom()).isEqualTo(sealed.bloom());
    for (FullReceipt receipt : receipts) {
      int index = receipt.transactionIndex();
      assertThat(InclusionProof.verify(InclusionProof.of(sealed, rooted.trie(), index).bytes()))
          .isInstanceOfSatisfying(
              Verification.Proved.class,
              proved -> assertThat(proved.logs()).hasSameSizeAs(receipt.receipt().logs()));
    }
    return sealed;
  }
}
