package dev.metaops.demo;

import dev.metaops.amount.Amount;
import dev.metaops.amount.Token;
import dev.metaops.command.Person;
import dev.metaops.command.Shared;
import dev.metaops.page.Ink;
import dev.metaops.page.Page;
import dev.metaops.page.Picture;
import dev.metaops.time.Ticker;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * What a person sees of the demo while it runs, line by line: on standard output, or on standard
 * error when that is kept for JSON. Thread-safe.
 */
final class Tape {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Token COIN = Token.nativeCoin("ETH");
  private static final String FRAME = "  ";
  private static final int MOST_HELD = 200;

  /** Which of the three worlds something happened in. */
  enum Source {
    /** A person did something at the venue. */
    VENUE("venue"),
    /** The contract did something. */
    CHAIN("chain"),
    /** The row in the orders table moved. */
    ROW("row");

    private final String word;

    Source(String word) {
      this.word = word;
    }
  }

  private final Consumer<String> out;
  private final Page.Colour colour;
  private final Ticker ticker;
  private final long begun;
  private final List<Runnable> held = new ArrayList<>();
  private boolean isHeld;
  private boolean isSilent;

  /**
   * @param already how long ago the demo began, for a person who started it
   */
  Tape(Person person, Shared.Output output, Ticker ticker, Duration already) {
    this.out =
        switch (output) {
          case TABLE, SAFE -> person::show;
          case JSON -> person::tell;
        };
    this.colour =
        switch (output) {
          case TABLE, SAFE -> person.colour();
          case JSON -> Page.Colour.NONE;
        };
    this.ticker = ticker;
    this.begun = ticker.nanos() - already.toNanos();
  }

  /** Since the demo began. */
  Duration elapsed() {
    return Duration.ofNanos(ticker.nanos() - begun);
  }

  /** One step of a beginning, with the seconds it began at. */
  void progress(String step) {
    line(Ink.FAINT, String.format(Locale.ROOT, "%5.1f s  %s", elapsed().toMillis() / 1000.0, step));
  }

  /** The heading of an act. */
  void title(String title) {
    blank();
    line(Ink.STRONG, title);
  }

  /** A question that is still open. */
  void remind(String question) {
    line(Ink.STRONG, "— " + question + " —");
  }

  void say(String sentence) {
    line(Ink.PLAIN, sentence);
  }

  void blank() {
    line(Ink.PLAIN, "");
  }

  synchronized void happened(Source source, String order, BigInteger amount, Ink ink, String what) {
    String line =
        String.format(
            Locale.ROOT,
            "%s  %-7s %9s  %-5s  %s",
            TIME.format(ticker.now()),
            order,
            amount(amount),
            source.word,
            what);
    if (!isHeld) {
      line(ink, line);
    } else if (held.size() < MOST_HELD) {
      held.add(() -> line(ink, line));
    }
  }

  /** What the lines of {@link #happened} are made of. */
  void legend() {
    line(Ink.FAINT, "time       order      amount  where  what");
  }

  /** What happens from now on waits, so that it does not fall between a command's lines. */
  synchronized void hold() {
    isHeld = true;
  }

  /** What happened meanwhile is told. */
  synchronized void release() {
    isHeld = false;
    held.forEach(Runnable::run);
    held.clear();
  }

  /** Nothing more is told. */
  synchronized void silence() {
    isSilent = true;
  }

  /** A metaops command as a person would type it. */
  void command(String words) {
    shell("metaops --demo " + words);
  }

  /** A metaops command that is worth typing. */
  void invite(String words) {
    line(Ink.STRONG, FRAME + "./metaops --demo " + words);
  }

  /** Any command as a person would type it. */
  void shell(String words) {
    blank();
    line(Ink.STRONG, FRAME + "$ " + words);
  }

  /** What a command printed. */
  void printed(String line) {
    line(Ink.PLAIN, FRAME + line);
  }

  /** What a command had to say at its end. */
  void printed(Picture picture) {
    var page = new Page(colour);
    picture.drawText(page);
    page.text().lines().forEach(text -> put(FRAME + text));
  }

  void isTrue(String claim) {
    line(Ink.GOOD, "✓ " + claim);
  }

  void isFalse(String claim) {
    line(Ink.BAD, "✗ FALSE: " + claim);
  }

  void trouble(String sentence) {
    line(Ink.WARNING, sentence);
  }

  static String amount(BigInteger units) {
    return new Amount(units, COIN).toString();
  }

  private void line(Ink ink, String text) {
    put(new Page(colour).line(ink, text).text().stripTrailing());
  }

  private synchronized void put(String line) {
    if (!isSilent) {
      out.accept(line);
    }
  }
}
