package dev.metaops.services;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Logs that are files. Of a long one its end is read, 1 MB. */
record LogFiles(List<Path> files) {
  private static final int MOST = 1 << 20;

  LogFiles {
    files = List.copyOf(files);
  }

  LogMark mark(Instant now) {
    Map<Path, Long> lengths = new LinkedHashMap<>();
    files.forEach(file -> lengths.put(file, length(file)));
    return new LogMark(now, lengths);
  }

  Logged since(LogMark mark) {
    return read(Integer.MAX_VALUE, mark.lengths());
  }

  /** So many of each file. */
  Logged newest(int lines) {
    return read(lines, Map.of());
  }

  private Logged read(int most, Map<Path, Long> from) {
    List<String> lines = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (Path file : files) {
      try {
        List<String> all = tail(file, from.getOrDefault(file, 0L));
        lines.addAll(all.subList(Math.max(0, all.size() - most), all.size()));
      } catch (IOException failure) {
        unread.add(file.toString());
      }
    }
    return lines.isEmpty() && !unread.isEmpty()
        ? new Logged.Unread("cannot be read: " + String.join(", ", unread))
        : new Logged.Lines(lines);
  }

  /** One that became shorter was begun anew. */
  private static List<String> tail(Path file, long from) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      long length = open.length();
      long start = Math.max(length < from ? 0 : from, length - MOST);
      open.seek(start);
      byte[] bytes = new byte[Math.toIntExact(length - start)];
      open.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException absent) {
      return 0;
    }
  }
}
