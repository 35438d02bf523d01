package dev.metaops.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Header;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A header's hash against an encoder of other hands, for every fork, and against strangers. */
class HeaderSealTest {
  private final RandomBlocks blocks = RandomBlocks.of("HeaderSealTest");

  @Test
  void everyForkOfEthereumIsHashedAsItsNodesTellIt() {
    for (int round = 0; round < 50; round++) {
      for (List<String> fork :
          List.of(
              RandomBlocks.FRONTIER,
              RandomBlocks.LONDON,
              RandomBlocks.SHANGHAI,
              RandomBlocks.CANCUN,
              RandomBlocks.PRAGUE,
              RandomBlocks.AMSTERDAM)) {
        assertThat(shape(RandomBlocks.header(told(fork), fork)))
            .isEqualTo(fork.size() + " fields, up to " + fork.getLast());
      }
    }
  }

  @Test
  void whatANodeTellsBeyondTheHashIsLeftOut() {
    Map<String, String> told = blocks.members();
    assertThat(shape(RandomBlocks.header(told, RandomBlocks.LONDON)))
        .isEqualTo("16 fields, up to baseFeePerGas");
    assertThat(shape(RandomBlocks.header(told, RandomBlocks.FRONTIER)))
        .isEqualTo("15 fields, up to nonce");
  }

  @Test
  void aForkLeftOutOnTheWayIsSkippedOrEmpty() {
    List<String> skipped = RandomBlocks.and(RandomBlocks.LONDON, "requestsHash");
    assertThat(shape(RandomBlocks.header(told(skipped), skipped)))
        .isEqualTo("17 fields, up to requestsHash");
    assertThat(shape(RandomBlocks.header(told(skipped), RandomBlocks.PRAGUE)))
        .isEqualTo("21 fields, up to requestsHash, those between left empty");
  }

  @Test
  void anAuthorityRoundHasStepAndSignature() {
    List<String> head = RandomBlocks.FRONTIER.subList(0, 13);
    List<String> round = RandomBlocks.and(head, "step", "signature");
    assertThat(shape(RandomBlocks.header(told(round), round)))
        .isEqualTo("15 fields, up to signature");
    List<String> later = RandomBlocks.and(round, "baseFeePerGas");
    Map<String, String> more = told(RandomBlocks.and(later, "mixHash", "nonce"));
    assertThat(shape(RandomBlocks.header(more, later))).isEqualTo("16 fields, up to baseFeePerGas");
  }

  @Test
  void numbersAreHashedWithoutLeadingZerosHoweverTheNodeSpellsThem() {
    Map<String, String> told = told(RandomBlocks.PRAGUE);
    Header header = RandomBlocks.header(told, RandomBlocks.PRAGUE);
    told.replaceAll((name, text) -> name.equals("gasUsed") ? "0x000" + text.substring(2) : text);
    assertThat(HeaderSeal.of(telling(header, told))).isInstanceOf(Sealing.Sealed.class);
  }

  @Test
  void anyFieldThatIsAnotherBreaksTheSeal() {
    for (int round = 0; round < 200; round++) {
      Map<String, String> told = told(RandomBlocks.PRAGUE);
      Header header = RandomBlocks.header(told, RandomBlocks.PRAGUE);
      for (String name : RandomBlocks.PRAGUE) {
        Map<String, String> forged = new HashMap<>(told);
        forged.put(name, blocks.members().get(name));
        if (!forged.equals(told)) {
          assertThat(HeaderSeal.of(telling(header, forged)))
              .as(name)
              .isInstanceOf(Sealing.Unsealed.class);
        }
      }
    }
  }

  @Test
  void aHeaderReadWithOtherPartsThanItsFieldsIsNotSealed() {
    Header header = RandomBlocks.header(told(RandomBlocks.PRAGUE), RandomBlocks.PRAGUE);
    Header other = RandomBlocks.header(told(RandomBlocks.PRAGUE), RandomBlocks.PRAGUE);
    assertThat(
            Stream.of(
                    new Header(
                        new BlockRef(header.number() + 1, header.hash()),
                        header.parentHash(),
                        header.time(),
                        header.logsBloom(),
                        header.receiptsRoot(),
                        header.fields()),
                    new Header(
                        header.ref(),
                        other.parentHash(),
                        header.time(),
                        header.logsBloom(),
                        header.receiptsRoot(),
                        header.fields()),
                    new Header(
                        header.ref(),
                        header.parentHash(),
                        header.time().plusSeconds(1),
                        header.logsBloom(),
                        header.receiptsRoot(),
                        header.fields()),
                    new Header(
                        header.ref(),
                        header.parentHash(),
                        header.time(),
                        other.logsBloom(),
                        header.receiptsRoot(),
                        header.fields()),
                    new Header(
                        header.ref(),
                        header.parentHash(),
                        header.time(),
                        header.logsBloom(),
                        other.receiptsRoot(),
                        header.fields()))
                .map(HeaderSeal::of))
        .allSatisfy(sealing ->
            assertThat(sealing)
                .isInstanceOfSatisfying(
                    Sealing.Unsealed.class,
                    unsealed -> assertThat(unsealed.why()).contains("was read with another")));
  }

  @Test
  void whateverAStrangerTellsIsRefusedWithAReasonThatCanBeShown() {
    List<String> hostile =
        List.of(
            "",
            "0",
            "0x",
            "0x0",
            "0X1",
            "0xzz",
            "0x-1",
            "0x" + "f".repeat(65),
            "0x1" + "0".repeat(64),
            "\u0000\u001b[31m",
            "0x\n\n",
            "0x\u0661\u0662",
            "0x" + "ab".repeat(2 << 20),
            "ab".repeat(500_000));
    for (String name : RandomBlocks.AMSTERDAM) {
      for (String text : hostile) {
        Map<String, String> told = told(RandomBlocks.AMSTERDAM);
        Header header = RandomBlocks.header(told, RandomBlocks.AMSTERDAM);
        if (!text.equals(told.put(name, text))) {
          assertThat(HeaderSeal.of(telling(header, told)))
              .as("%s: %.20s", name, text)
              .isInstanceOfSatisfying(
                  Sealing.Unsealed.class,
                  unsealed ->
                      assertThat(unsealed.why()).hasSizeLessThan(1000).doesNotMatch("\\p{Cc}"));
        }
      }
    }
  }

  @Test
  void whatIsMissingIsNamed() {
    for (String name : RandomBlocks.FRONTIER) {
      Map<String, String> told = told(RandomBlocks.LONDON);
      Header header = RandomBlocks.header(told, RandomBlocks.LONDON);
      told.remove(name);
      assertThat(HeaderSeal.of(telling(header, told)))
          .isInstanceOfSatisfying(
              Sealing.Unsealed.class, unsealed -> assertThat(unsealed.why()).contains(name));
    }
  }

  /** The members of this fork only. */
  private Map<String, String> told(List<String> fork) {
    Map<String, String> told = blocks.members();
    told.keySet().retainAll(fork);
    return told;
  }

  private static Header telling(Header header, Map<String, String> members) {
    return new Header(
        header.ref(),
        header.parentHash(),
        header.time(),
        header.logsBloom(),
        header.receiptsRoot(),
        members);
  }

  private static String shape(Header header) {
    return switch (HeaderSeal.of(header)) {
      case Sealing.Sealed(SealedHeader sealed) -> sealed.shape();
      case Sealing.Unsealed(String why) -> why;
    };
  }
}
