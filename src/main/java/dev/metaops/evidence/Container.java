package dev.metaops.evidence;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The zip of a bundle, in one form only: names sorted, nothing compressed, no times, nothing
 * between or behind. The same files are the same bytes, and every byte of the file is checked by
 * writing it again.
 */
final class Container {
  /** 256 MiB; a larger one is neither written nor read. */
  static final int MOST_BYTES = 256 << 20;

  static final int MOST_FILES = 20_000;

  private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";

  /** At most one folder deep, and no part begins with a dot. */
  private static final Pattern NAME = Pattern.compile(PART + "(/" + PART + ")?");

  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int LOCAL_LENGTH = 30;
  private static final int COMMON_LENGTH = 26;
  private static final int CENTRAL_REST = 14;
  private static final int END_LENGTH = 22;
  private static final short VERSION = 10;

  /** The first of January 1980, before which a zip knows no time. */
  private static final short DATE = 0x21;

  private Container() {}

  /** Whether bytes are a container. */
  sealed interface Reading {
    record Read(SortedMap<String, byte[]> files) implements Reading {}

    /** It is one that was changed, or packed by somebody else. */
    record Altered(String why) implements Reading {}

    /** It is none at all. */
    record Unreadable(String why) implements Reading {}
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  static byte[] of(SortedMap<String, byte[]> files) {
    var out = new ByteArrayOutputStream();
    var directory = new ByteArrayOutputStream();
    files.forEach((name, content) -> {
      byte[] common = common(name, content);
      directory.writeBytes(little(6).putInt(CENTRAL).putShort(VERSION).array());
      directory.writeBytes(common);
      directory.writeBytes(little(CENTRAL_REST).putInt(CENTRAL_REST - 4, out.size()).array());
      directory.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(little(4).putInt(LOCAL).array());
      out.writeBytes(common);
      out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(content);
    });
    byte[] end =
        little(END_LENGTH)
            .putInt(END)
            .putInt(0)
            .putShort((short) files.size())
            .putShort((short) files.size())
            .putInt(directory.size())
            .putInt(out.size())
            .array();
    out.writeBytes(directory.toByteArray());
    out.writeBytes(end);
    return out.toByteArray();
  }

  /** What stands in both headers of a file. */
  private static byte[] common(String name, byte[] content) {
    var crc = new CRC32();
    crc.update(content);
    return little(COMMON_LENGTH)
        .putShort(VERSION)
        .putInt(0)
        .putShort((short) 0)
        .putShort(DATE)
        .putInt((int) crc.getValue())
        .putInt(content.length)
        .putInt(content.length)
        .putShort((short) name.length())
        .putShort((short) 0)
        .array();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Reading read(byte[] zip) {
    ByteBuffer bytes = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
    if (zip.length > MOST_BYTES) {
      return new Reading.Unreadable(zip.length + " bytes (expected: at most " + MOST_BYTES + ")");
    }
    if (zip.length < END_LENGTH || bytes.getInt(0) != LOCAL) {
      return new Reading.Unreadable("not a bundle: it does not begin as one");
    }
    var files = new TreeMap<String, byte[]>();
    int at = 0;
    while (at + LOCAL_LENGTH <= zip.length && bytes.getInt(at) == LOCAL) {
      long size = Integer.toUnsignedLong(bytes.getInt(at + 22));
      int from = at + LOCAL_LENGTH + Short.toUnsignedInt(bytes.getShort(at + 26));
      if (from > zip.length || size > zip.length - from) {
        return new Reading.Altered("an entry ends behind the file");
      }
      String name =
          new String(zip, at + LOCAL_LENGTH, from - at - LOCAL_LENGTH, StandardCharsets.ISO_8859_1);
      if (!isName(name)) {
        return new Reading.Altered("an entry has a name no bundle has: " + name);
      }
      at = from + (int) size;
      if (files.containsKey(name)) {
        return new Reading.Altered(name + " is in it twice");
      }
      files.put(name, Arrays.copyOfRange(zip, from, at));
      if (files.size() > MOST_FILES) {
        return new Reading.Altered("more than " + MOST_FILES + " entries");
      }
    }
    return Arrays.equals(zip, of(files))
        ? new Reading.Read(files)
        : new Reading.Altered("it is not in the one form bundles have: changed, or packed again");
  }
}
