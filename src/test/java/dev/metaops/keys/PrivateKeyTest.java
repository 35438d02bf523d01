package dev.metaops.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.joemelsha.crypto.hash.Keccak;
import dev.metaops.chain.Address;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Test;

class PrivateKeyTest {
  private static final BigInteger ORDER = CustomNamedCurves.getByName("secp256k1").getN();

  @Test
  void theAddressIsTheOneThatOthersCompute() {
    var random = new SplittableRandom(7);
    for (int round = 0; round < 60; round++) {
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      check(new BigInteger(1, secret).mod(ORDER));
    }
    for (long edge : List.of(1L, 2L, 3L, 4L)) {
      check(BigInteger.valueOf(edge));
      check(ORDER.subtract(BigInteger.valueOf(edge)));
    }
  }

  private static void check(BigInteger secret) {
    byte[] point =
        CustomNamedCurves.getByName("secp256k1").getG().multiply(secret).getEncoded(false);
    byte[] hash = new Keccak(256).digest(Arrays.copyOfRange(point, 1, point.length));
    assertThat(PrivateKey.address("0x%064x".formatted(secret)))
        .contains(new Address("0x" + HexFormat.of().formatHex(hash, 12, 32)));
  }

  @Test
  void theFirstAccountOfEveryDevelopmentChainIsKnown() {
    assertThat(
            PrivateKey.address(
                " ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80\n"))
        .contains(new Address("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"));
  }

  @Test
  void whatIsNoKeyHasNoAddress() {
    for (String text :
        List.of(
            "",
            "0x",
            "0x12",
            "0x" + "00".repeat(32),
            "%064x".formatted(ORDER),
            "ff".repeat(32),
            "g".repeat(64))) {
      assertThat(PrivateKey.address(text)).as(text).isEmpty();
    }
  }
}
