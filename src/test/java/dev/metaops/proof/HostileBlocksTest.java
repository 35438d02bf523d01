package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.FullReceipt;
import dev.metaops.chain.Header;
import dev.metaops.rpc.RpcUnavailable;
import dev.metaops.testing.HostileJson;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Real blocks, where they lie beside the checkout, changed in one place: refused, disproved, or
 * still the block. {@code -Dhostile.count} tries more changes, {@code -Dhostile.first} others.
 */
class HostileBlocksTest {
  private static final long SEED = Long.getLong("hostile.first", 1);
  private static final int EACH = Integer.getInteger("hostile.count", 50);

  private int refused;
  private int disproved;
  private int same;

  @Test
  void aChangedBlockIsRefusedOrDisprovedOrStillTheBlock() {
    SplittableRandom random = new SplittableRandom(SEED);
    for (BlockFiles files : BlockFiles.all()) {
      Header header = files.header();
      Rooting.Rooted rooted = rooted(header, files.receipts(header.ref())).orElseThrow();
      for (int time = 0; time < EACH; time++) {
        String what = files.name() + ", seed " + SEED + ", change " + time;
        BlockFiles changed = files.changing(answer -> HostileJson.of(answer, random).bytes());
        headerOf(changed, header, what);
        receiptsOf(changed, header, rooted, what);
      }
      System.out.printf(
          "%s: %d refused, %d disproved, %d the same%n", files.name(), refused, disproved, same);
    }
  }

  /** A seal over the same hash holds the same, whatever else was said. */
  private void headerOf(BlockFiles changed, Header honest, String what) {
    Header header;
    try {
      header = changed.header();
    } catch (RpcUnavailable garbage) {
      refused++;
      return;
    }
    if (header.hash().equals(honest.hash())
        && HeaderSeal.of(header) instanceof Sealing.Sealed(SealedHeader sealed)) {
      same++;
      assertThat(header.number()).as(what).isEqualTo(honest.number());
      assertThat(sealed.bloom()).as(what).isEqualTo(Bloom.of(honest));
      assertThat(header.receiptsRoot()).as(what).isEqualTo(honest.receiptsRoot());
      assertThat(header.parentHash()).as(what).isEqualTo(honest.parentHash());
      assertThat(Bloom.of(header)).as(what).isEqualTo(Bloom.of(honest));
      assertThat(header.time()).as(what).isEqualTo(honest.time());
    } else {
      disproved++;
    }
  }

  /**
   * Receipts with the same root hold the same logs; of their transactions the root says nothing.
   */
  private void receiptsOf(BlockFiles changed, Header honest, Rooting.Rooted rooted, String what) {
    List<FullReceipt> receipts;
    try {
      receipts = changed.receipts(honest.ref());
    } catch (RpcUnavailable garbage) {
      refused++;
      return;
    }
    Optional<Rooting.Rooted> again = rooted(honest, receipts);
    if (again.isPresent()) {
      same++;
      assertThat(contents(again.get())).as(what).isEqualTo(contents(rooted));
    } else {
      disproved++;
    }
  }

  private static List<String> contents(Rooting.Rooted rooted) {
    return rooted.logs().stream()
        .map(log -> log.index() + " " + log.address() + " " + log.topics() + " " + log.data())
        .toList();
  }

  private static Optional<Rooting.Rooted> rooted(Header header, List<FullReceipt> receipts) {
    return ReceiptsTrie.of(header.receiptsRoot(), receipts) instanceof Rooting.Rooted rooted
        ? Optional.of(rooted)
        : Optional.empty();
  }
}
