package dev.metaops.console;

import dev.metaops.checkup.Board;
import dev.metaops.orders.Update;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The orders that move: a bar a minute, and the latest moves.
 *
 * @param headline how many within which time, or that nobody knows
 * @param bars one a minute, the oldest first; empty when nobody knows
 * @param uncounted so many minutes from the left nobody counted
 * @param scale what the highest bar stands for
 */
public record FlowPanel(
    Tone tone, String headline, List<Bar> bars, int uncounted, String scale, List<Move> moves) {
  /** Minutes drawn. */
  public static final int MINUTES = 30;

  /** Of the drawing, whose bars are one wide. */
  public static final int HEIGHT = 24;

  private static final int SHOWN = 8;

  /** A look reads the clock twice. */
  private static final Duration BETWEEN_CLOCKS = Duration.ofSeconds(5);

  private static final Pattern STEP = Pattern.compile("([A-Z_]{1,40}) to ([A-Z_]{1,40})");

  /**
   * A minute in which something moved.
   *
   * @param x from the left, in bars
   * @param height of {@link #HEIGHT}
   */
  public record Bar(int x, int y, int height) {}

  /**
   * One change.
   *
   * @param to where the change is no step from one state to another, all of it, and {@code from} is
   *     empty
   * @param tone a warning when nobody says who did it
   * @param by empty when it was who usually does it
   */
  public record Move(
      String order, Optional<String> from, String to, String at, Tone tone, String by) {}

  static FlowPanel of(Board.Flow flow, Instant now) {
    return switch (flow) {
      case Board.Flow.Read read -> read(read, now);
      case Board.Flow.Unread(String why) ->
          new FlowPanel(
              Tone.UNKNOWN, "UNKNOWN: " + Words.paragraph(why), List.of(), 0, "", List.of());
    };
  }

  private static FlowPanel read(Board.Flow.Read read, Instant now) {
    int[] minutes = new int[MINUTES];
    for (Update update : read.updates()) {
      long ago = Math.max(0, Duration.between(update.at(), now).toMinutes());
      if (ago < MINUTES) {
        minutes[MINUTES - 1 - (int) ago]++;
      }
    }
    int most = 0;
    for (int count : minutes) {
      most = Math.max(most, count);
    }
    return new FlowPanel(
        Tone.NOTE,
        headline(read, now),
        bars(minutes, most),
        uncounted(read, now),
        most == 0 ? "nothing moved" : "most in a minute: " + most,
        read.updates().stream().limit(SHOWN).map(FlowPanel::move).toList());
  }

  private static String headline(Board.Flow.Read read, Instant now) {
    int count = read.updates().size();
    return count
        + (count == 1 ? " change in " : " changes in ")
        + (uncounted(read, now) == 0 ? MINUTES + " min" : Ages.of(reach(read, now)));
  }

  private static Duration reach(Board.Flow.Read read, Instant now) {
    return Duration.between(read.from(), now);
  }

  /** Minutes of which not all that happened was read. */
  private static int uncounted(Board.Flow.Read read, Instant now) {
    return Math.clamp(MINUTES - reach(read, now).plus(BETWEEN_CLOCKS).toMinutes(), 0, MINUTES);
  }

  private static List<Bar> bars(int[] minutes, int most) {
    List<Bar> bars = new ArrayList<>();
    for (int x = 0; x < minutes.length; x++) {
      if (minutes[x] > 0) {
        int height = Math.max(2, HEIGHT * minutes[x] / most);
        bars.add(new Bar(x, HEIGHT - height, height));
      }
    }
    return bars;
  }

  private static Move move(Update update) {
    Matcher step = STEP.matcher(update.what());
    boolean isStep = step.matches();
    boolean isUnattributed = update.origin() == Update.Origin.UNATTRIBUTED;
    return new Move(
        Words.line(update.orderId()),
        isStep ? Optional.of(step.group(1)) : Optional.empty(),
        isStep ? step.group(2) : Words.line(update.what()),
        LivePage.time(update.at()),
        isUnattributed ? Tone.WARNING : Tone.NOTE,
        by(update.origin()));
  }

  private static String by(Update.Origin origin) {
    return switch (origin) {
      case LISTENER, VENUE -> "";
      case INTERVENTION -> "by a plan";
      case CLAIMED -> "by SQL, claimed";
      case UNATTRIBUTED -> "by somebody's SQL";
    };
  }
}
