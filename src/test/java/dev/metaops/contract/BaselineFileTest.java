package dev.metaops.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.chain.Address;
import dev.metaops.chain.BlockRef;
import dev.metaops.chain.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineFileTest {
  private static final Address ONE = new Address("0x00000000000000000000000000000000000000e5");
  private static final Address OTHER = new Address("0x00000000000000000000000000000000000000e6");

  @TempDir Path directory;

  @Test
  void whatIsPutIsFoundAndNothingElseIsTouched() throws IOException {
    BaselineFile file = new BaselineFile(directory.resolve("new"));
    assertThat(file.find(ONE, 1)).isEmpty();
    file.put(baseline(1, ONE, Optional.of(OTHER)));
    file.put(baseline(137, ONE, Optional.empty()));
    file.put(baseline(1, OTHER, Optional.empty()));
    file.put(baseline(1, ONE, Optional.empty()));
    assertThat(file.find(ONE, 1)).contains(baseline(1, ONE, Optional.empty()));
    assertThat(file.find(ONE, 137)).contains(baseline(137, ONE, Optional.empty()));
    assertThat(file.find(OTHER, 1)).contains(baseline(1, OTHER, Optional.empty()));
    assertThat(directory.resolve("new/contracts.json.next")).doesNotExist();
  }

  @Test
  void anotherChainsBaselineIsFoundWhenThisChainHasNone() throws IOException {
    BaselineFile file = new BaselineFile(directory);
    file.put(baseline(137, ONE, Optional.of(OTHER)));
    assertThat(file.find(ONE, 1)).contains(baseline(137, ONE, Optional.of(OTHER)));
  }

  @Test
  void aDamagedOrNewerFileIsNeverTakenForNone() throws IOException {
    BaselineFile file = new BaselineFile(directory);
    for (String text :
        new String[] {
          "", "{", "{\"version\": 2}", "{\"version\": 1}", "{\"version\": 1, \"contracts\": [{}]}"
        }) {
      Files.writeString(file.file(), text);
      assertThatThrownBy(() -> file.find(ONE, 1)).as(text).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> file.put(baseline(1, ONE, Optional.empty())))
          .as(text)
          .isInstanceOf(IOException.class);
      assertThat(Files.readString(file.file())).isEqualTo(text);
    }
  }

  private static Baseline baseline(long chain, Address address, Optional<Address> implementation) {
    Hash hash = new Hash("0x" + "ab".repeat(32));
    return new Baseline(
        chain,
        address,
        hash,
        hash,
        implementation,
        implementation.map(_ -> hash),
        Optional.empty(),
        Optional.empty(),
        Optional.of(OTHER),
        Optional.of(false),
        Optional.of("RegistryEscrow"),
        "ops",
        Instant.parse("2026-01-02T03:04:05Z"),
        new BlockRef(7, hash));
  }
}
