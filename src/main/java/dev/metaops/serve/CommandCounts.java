package dev.metaops.serve;

import dev.metaops.command.Command;
import dev.metaops.command.ExitCode;
import dev.metaops.meter.Family;
import dev.metaops.meter.Meters;
import dev.metaops.meter.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How often each command ran on this machine, how it ended and how long it took, in one small file
 * of the data directory; as many lines as there are commands and exit codes. Counting is for
 * metrics alone: one that finds the file in use, or no directory, is left out and says nothing.
 * Several processes may count at once.
 */
public final class CommandCounts {
  private static final int MOST_BYTES = 1 << 16;
  private static final double NANOS = 1e9;

  private final Path file;

  public CommandCounts(Path dataDirectory) {
    this.file = dataDirectory.resolve("commands.tsv");
  }

  private record Key(String command, int exit) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int byName = command.compareTo(other.command);
      return byName == 0 ? Integer.compare(exit, other.exit) : byName;
    }
  }

  private record Sum(long count, double seconds) {
    Sum plus(Sum other) {
      return new Sum(count + other.count, seconds + other.seconds);
    }
  }

  /** One run is over. Makes no directory. */
  public void ran(Command command, ExitCode exit, Duration took) {
    Path directory = file.getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return;
    }
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null || channel.size() > MOST_BYTES) {
        return;
      }
      Map<Key, Sum> sums = parse(text(channel));
      sums.merge(
          new Key(command.name(), exit.status()), new Sum(1, took.toNanos() / NANOS), Sum::plus);
      ByteBuffer bytes = ByteBuffer.wrap(format(sums).getBytes(StandardCharsets.UTF_8));
      channel.position(0);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.truncate(bytes.limit());
    } catch (IOException | OverlappingFileLockException uncounted) {
      // Not worth a word to whoever typed the command.
    }
  }

  private static String text(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size()));
    int read = 0;
    while (read >= 0 && bytes.hasRemaining()) {
      read = channel.read(bytes);
    }
    return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
  }

  /** A line nobody can read, such as one torn by a crash, counts nothing. */
  private static Map<Key, Sum> parse(String text) {
    Map<Key, Sum> sums = new TreeMap<>();
    for (String line : text.split("\n", -1)) {
      String[] cells = line.split("\t", -1);
      if (cells.length == 4
          && cells[1].matches("[0-9]{1,3}")
          && cells[2].matches("[0-9]{1,15}")
          && cells[3].matches("[0-9]{1,12}\\.[0-9]{3}")) {
        sums.merge(
            new Key(cells[0], Integer.parseInt(cells[1])),
            new Sum(Long.parseLong(cells[2]), Double.parseDouble(cells[3])),
            Sum::plus);
      }
    }
    return sums;
  }

  private static String format(Map<Key, Sum> sums) {
    StringBuilder text = new StringBuilder();
    sums.forEach((key, sum) ->
        text.append(
            String.format(
                Locale.ROOT,
                "%s\t%d\t%d\t%.3f\n",
                key.command(),
                key.exit(),
                sum.count(),
                sum.seconds())));
    return text.toString();
  }

  void show(Meters meters) {
    meters.read(
        Family.counter(
            "metaops_commands",
            "Commands run on this machine, by how they ended",
            "command",
            "exit"),
        () -> samples(sum -> (double) sum.count()));
    meters.read(
        Family.counter(
            "metaops_command_seconds", "How long those commands took in all", "command", "exit"),
        () -> samples(Sum::seconds));
  }

  private List<Sample> samples(Function<Sum, Double> value) {
    List<Sample> samples = new ArrayList<>();
    try {
      if (Files.exists(file)) {
        parse(Files.readString(file))
            .forEach((key, sum) ->
                samples.add(
                    Sample.of(value.apply(sum), key.command(), Integer.toString(key.exit()))));
      }
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
    return samples;
  }
}
