package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.esaulpaugh.headlong.rlp.RLPEncoder;
import dev.metaops.chain.Hex;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RLP read in its one spelling: what a library writes is read, and nothing else. */
class RlpItemTest {
  private final RandomBlocks blocks = RandomBlocks.of("RlpItemTest");

  @Test
  void whatALibraryWritesIsReadBack() {
    for (int length : List.of(0, 1, 2, 55, 56, 255, 256, 65_535, 65_536, 70_000)) {
      byte[] content = blocks.bytes(length);
      RlpItem item = Rlp.whole("it", RLPEncoder.string(content));
      assertThat(item.isList()).isFalse();
      assertThat(item.content()).isEqualTo(content);

      List<byte[]> parts = List.of(content, new byte[] {7}, new byte[0], content);
      List<byte[]> read = new ArrayList<>();
      Iterator<RlpItem> items = Rlp.each("it", Rlp.whole("it", RLPEncoder.list(parts)));
      items.forEachRemaining(each -> read.add(each.content()));
      assertThat(read).containsExactlyElementsOf(parts);
    }
  }

  /** Whatever reads as an item is written the same again. */
  @Test
  void everyOtherSpellingIsRefused() {
    int read = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] bytes = blocks.bytes(blocks.random.nextInt(1, 6));
      try {
        RlpItem item = Rlp.whole("it", bytes);
        if (!item.isList()) {
          assertThat(RLPEncoder.string(item.content())).isEqualTo(bytes);
          read++;
        }
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).isPositive();
    for (String wrong :
        List.of(
            "0x",
            "0x8105",
            "0x81",
            "0xb800",
            "0xb837",
            "0xb90001",
            "0xbf",
            "0xbfffffffffffffffff",
            "0xf800",
            "0xffffffffffffffffff",
            "0xff7fffffffffffffff",
            "0xc2",
            "0xfb7fffffff",
            "0x0000")) {
      assertThatIllegalArgumentException()
          .as(wrong)
          .isThrownBy(() -> Rlp.whole("it", Hex.bytes(wrong)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Rlp.list("it", Rlp.whole("it", Hex.bytes("0xc3c28101")), 0, 5)
                .getFirst()
                .items()
                .next());
  }
}
