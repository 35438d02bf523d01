package dev.metaops.machine;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import oshi.SystemInfo;
import oshi.hardware.GlobalMemory;
import oshi.software.os.FileSystem;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/** Asks the operating system. The first time costs some 200 ms. */
public final class ResourceReader {
  private static final int FIVE_MINUTES = 1;

  private ResourceReader() {}

  /**
   * Reads everything once.
   *
   * @param directory whose disk is meant; it need not be there yet
   */
  public static Resources read(Path directory) {
    SystemInfo system = new SystemInfo();
    Container container = Container.here();
    GlobalMemory memory = system.getHardware().getMemory();
    Usage machines =
        new Usage(
            Math.max(0, memory.getTotal() - memory.getAvailable()),
            Math.max(1, memory.getTotal()),
            Usage.Ceiling.MACHINE);
    return new Resources(
        container
            .memory()
            .filter(limit -> limit.of() < machines.of())
            .map(machines::tighter)
            .orElse(machines),
        disk(directory),
        load(system, container),
        files(system.getOperatingSystem()));
  }

  private static Optional<Load> load(SystemInfo system, Container container) {
    double average = system.getHardware().getProcessor().getSystemLoadAverage(2)[FIVE_MINUTES];
    double machines = system.getHardware().getProcessor().getLogicalProcessorCount();
    Load load =
        container
            .cpus()
            .filter(most -> most < machines)
            .map(most -> new Load(average, most, Usage.Ceiling.CONTAINER))
            .orElseGet(() -> new Load(average, machines, Usage.Ceiling.MACHINE));
    return average < 0 ? Optional.empty() : Optional.of(load);
  }

  private static Optional<Usage> files(OperatingSystem system) {
    FileSystem all = system.getFileSystem();
    OSProcess own = system.getCurrentProcess();
    Optional<Usage> machines =
        usage(all.getOpenFileDescriptors(), all.getMaxFileDescriptors(), Usage.Ceiling.MACHINE);
    Optional<Usage> ours =
        usage(own.getOpenFiles(), own.getSoftOpenFileLimit(), Usage.Ceiling.PROCESS);
    return machines.map(usage -> ours.map(usage::tighter).orElse(usage)).or(() -> ours);
  }

  private static Optional<Usage> usage(long used, long of, Usage.Ceiling ceiling) {
    return used >= 0 && of > 0 ? Optional.of(new Usage(used, of, ceiling)) : Optional.empty();
  }

  private static Optional<Usage> disk(Path directory) {
    Path there = directory;
    while (!Files.exists(there)) {
      Path above = there.getParent();
      if (above == null) {
        return Optional.empty();
      }
      there = above;
    }
    try {
      FileStore store = Files.getFileStore(there);
      long left = store.getUsableSpace();
      long used = store.getTotalSpace() - store.getUnallocatedSpace();
      // What is kept back for root is nobody's: as df counts.
      return usage(used, used + left, Usage.Ceiling.MACHINE);
    } catch (IOException untold) {
      return Optional.empty();
    }
  }
}
