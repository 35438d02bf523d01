package dev.metaops.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HexTest {
  @Test
  void bytesAreSpelledAndReadAsTheLibraryDoes() {
    Random random = new Random(1);
    for (int length = 0; length < 300; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      String text = "0x" + HexFormat.of().formatHex(bytes);

      assertThat(Hex.text(bytes)).isEqualTo(text);
      assertThat(Hex.bytes(text)).isEqualTo(bytes);
      assertThat(Hex.canonical("it", text)).isSameAs(text);
      assertThat(Hex.canonical("it", text, length)).isSameAs(text);
    }
  }

  @Test
  void upperCaseIsMadeLower() {
    assertThat(Hex.canonical("it", "0xAbCdEf")).isEqualTo("0xabcdef");
    assertThat(Hex.canonical("it", "0X00")).isEqualTo("0x00");
    assertThat(Hex.bytes("0xAB")).isEqualTo(new byte[] {(byte) 0xab});
  }

  @Test
  void everyCharacterThatIsNoDigitIsRefusedAtEveryPlace() {
    for (char wrong = 0; wrong < Character.MAX_VALUE; wrong++) {
      if (HexFormat.isHexDigit(wrong)) {
        continue;
      }
      for (String text : new String[] {"0x" + wrong + "0", "0x0" + wrong}) {
        assertThatIllegalArgumentException().isThrownBy(() -> Hex.canonical("it", text));
        assertThatIllegalArgumentException().isThrownBy(() -> Hex.canonical("it", text, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Hex.bytes(text));
      }
    }
  }

  @Test
  void whatHasAnotherShapeIsRefused() {
    for (String wrong :
        new String[] {
          "",
          "0",
          "x",
          "0x0",
          "00",
          "1x00",
          "0y00",
          "0x\uD83D\uDE00",
          "0x0\uD83D\uDE00",
          "\uFF10x00"
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Hex.canonical("it", wrong))
          .withMessageStartingWith("it: " + wrong.replaceAll("[\\p{Cs}]", "?"));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hex.canonical("it", "0x0000", 1))
        .withMessage("it: 0x0000 (expected: 0x and 2 hex digits)");
    assertThatIllegalArgumentException().isThrownBy(() -> Hex.bytes("0x0"));
    assertThatIllegalArgumentException().isThrownBy(() -> Hex.bytes("0"));
  }
}
