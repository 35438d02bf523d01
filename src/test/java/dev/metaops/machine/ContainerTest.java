package dev.metaops.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of control groups, as the kernel writes them. */
class ContainerTest {
  private static final long MEGABYTE = 1L << 20;

  @TempDir Path directory;

  @Test
  void versionTwoSaysWhatAContainerMayUse() throws IOException {
    in("0::/\n");
    file("memory.max", "536870912\n");
    file("memory.current", "314572800\n");
    file("memory.stat", "anon 1\ninactive_file 104857600\nfile 7\n");
    file("cpu.max", "150000 100000\n");
    assertThat(found().memory())
        .contains(new Usage(200 * MEGABYTE, 512 * MEGABYTE, Usage.Ceiling.CONTAINER));
    assertThat(found().cpus()).contains(1.5);
  }

  @Test
  void theLowestLimitOfAllGroupsAboveCounts() throws IOException {
    in("0::/pods/ours\n");
    file("pods/ours/memory.max", "max\n");
    file("pods/ours/memory.current", "1\n");
    file("pods/memory.max", "1073741824\n");
    file("pods/memory.current", "1073741824\n");
    file("memory.max", "2147483648\n");
    file("memory.current", "1073741824\n");
    file("pods/ours/cpu.max", "max 100000\n");
    assertThat(found().memory())
        .contains(new Usage(1024 * MEGABYTE, 1024 * MEGABYTE, Usage.Ceiling.CONTAINER));
    assertThat(found().cpus()).isEmpty();
  }

  @Test
  void versionOneKeepsEachControllerApart() throws IOException {
    in("4:memory:/docker/x\n2:cpuacct,cpu:/docker/x\n1:name=systemd:/\n");
    file("memory/memory.limit_in_bytes", "104857600\n");
    file("memory/memory.usage_in_bytes", "52428800\n");
    file("memory/memory.stat", "inactive_file 5\ntotal_inactive_file 10485760\n");
    file("cpu/cpu.cfs_quota_us", "50000\n");
    file("cpu/cpu.cfs_period_us", "100000\n");
    assertThat(found().memory())
        .contains(new Usage(40 * MEGABYTE, 100 * MEGABYTE, Usage.Ceiling.CONTAINER));
    assertThat(found().cpus()).contains(0.5);
  }

  @Test
  void noLimitIsNone() throws IOException {
    assertThat(found()).isEqualTo(new Container(Optional.empty(), Optional.empty()));
    in("4:memory:/\n2:cpu:/\nnonsense\n0::/../../etc\n");
    file("memory/memory.limit_in_bytes", "9223372036854771712\n");
    file("memory/memory.usage_in_bytes", "52428800\n");
    file("cpu/cpu.cfs_quota_us", "-1\n");
    file("cpu/cpu.cfs_period_us", "100000\n");
    assertThat(found()).isEqualTo(new Container(Optional.empty(), Optional.empty()));
  }

  private Container found() {
    return Container.of(directory.resolve("cgroup"), directory.resolve("groups"));
  }

  private void in(String lines) throws IOException {
    Files.writeString(directory.resolve("cgroup"), lines);
  }

  private void file(String name, String text) throws IOException {
    Path file = directory.resolve("groups").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
