package dev.metaops.store;

import java.lang.StackWalker.StackFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A connection somebody has of a pool.
 *
 * @param thread which loop or request, by its thread's name
 * @param place where it was asked for: feature, method and line of the first caller of ours that is
 *     no store
 * @param since by this machine's clock
 * @param held for how long, so far or in all
 */
public record Held(String thread, String place, Instant since, Duration held) {
  private static final String OURS = "dev.metaops.";
  private static final StackWalker WALKER = StackWalker.getInstance();

  /** For example {@code probe: command, Probes.look (Probes.java:270)}. */
  public String holder() {
    return thread + ": " + place;
  }

  Held after(Duration time) {
    return new Held(thread, place, since, time);
  }

  /** Of the thread that asks. */
  static Held now(Instant since) {
    Thread thread = Thread.currentThread();
    String name = thread.getName().isEmpty() ? "thread " + thread.threadId() : thread.getName();
    return new Held(
        name,
        WALKER
            .walk(frames -> frames.filter(Held::isOurs).findFirst())
            .map(Held::words)
            .orElse("outside of metaops"),
        since,
        Duration.ZERO);
  }

  /** A store asks for whoever has it. */
  private static boolean isOurs(StackFrame frame) {
    String type = frame.getClassName();
    return type.startsWith(OURS)
        && !type.startsWith(Held.class.getPackageName() + ".")
        && !type.endsWith("Store");
  }

  private static String words(StackFrame frame) {
    String type = frame.getClassName();
    String feature = type.substring(OURS.length(), Math.max(OURS.length(), type.lastIndexOf('.')));
    return feature
        + ", "
        + type.substring(type.lastIndexOf('.') + 1).replace('$', '.')
        + "."
        + method(frame.getMethodName())
        + Optional.ofNullable(frame.getFileName())
            .map(file -> " (" + file + ":" + frame.getLineNumber() + ")")
            .orElse("");
  }

  /** A lambda is part of the method it is written in. */
  private static String method(String name) {
    String[] parts = name.split("\\$", -1);
    return parts.length == 3 && parts[0].equals("lambda") ? parts[1] : name;
  }
}
