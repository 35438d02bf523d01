package dev.metaops.escrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RevertReasonsTest {
  private static final String WORD =
      "00000000000000000000000000000000000000000000000000000000000000";
  private final RevertReasons reasons =
      new RevertReasons(
          EscrowAbi.parse(
              """
              [{"type":"error","name":"IsPaused","inputs":[]},
               {"type":"error","name":"WrongStatus","inputs":[
                 {"name":"orderId","type":"bytes32"},{"name":"status","type":"uint8"}]}]
              """));

  @Test
  void readsATextAPanicAndTheContractsOwnErrors() {
    check(
        "\"not yours\"",
        "0x08c379a0" + WORD + "20" + WORD + "09" + "6e6f7420796f757273" + "00".repeat(23));
    check("panic 0x11: arithmetic overflow or underflow", "0x4e487b71" + WORD + "11");
    check("panic 0x01: an assertion failed", "0x4e487b71" + WORD + "01");
    check("panic 0x99: not a code of Solidity", "0x4e487b71" + WORD + "99");
    check("IsPaused()", "0x1309a563");
    check(
        "WrongStatus(0x" + "5f".repeat(32) + ", 3)", "0x9d819744" + "5f".repeat(32) + WORD + "03");
    check("error 0xdeadbeef, which the configured ABI does not name", "0xdeadbeef");
    check("no reason given", "0x");
    check("a reason that cannot be read (Panic)", "0x4e487b71");
  }

  @Test
  void aTextCannotSteerATerminal() {
    String escape = "0x08c379a0" + WORD + "20" + WORD + "05" + "1b5b316d0a" + "00".repeat(27);
    assertThat(reasons.of(escape)).isEqualTo("\" [1m \"");
  }

  @Test
  void hostileBytesGiveASentenceToo() {
    var random = new SplittableRandom(20);
    String[] selectors = {"08c379a0", "4e487b71", "9d819744", "1309a563"};
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = new byte[random.nextInt(140)];
      random.nextBytes(bytes);
      String data = "0x" + selectors[round % 4] + HexFormat.of().formatHex(bytes);
      assertThat(reasons.of(data)).as(data).isNotBlank().hasSizeLessThan(240);
    }
  }

  private void check(String expected, String data) {
    assertThat(reasons.of(data)).isEqualTo(expected);
  }
}
