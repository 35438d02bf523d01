package dev.metaops.cli;

import dev.metaops.chain.Address;
import dev.metaops.chain.Hash;
import dev.metaops.command.AuditCommand;
import dev.metaops.command.OrderName;
import dev.metaops.command.Reason;
import dev.metaops.config.Durations;
import dev.metaops.order.OrderState;
import dev.metaops.page.Listing;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The words that were given to one verb, each read as what it stands for. */
final class Given {
  /** A year: older orders are history, not an incident. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private final String verb;
  private final ParseResult words;

  Given(String verb, ParseResult words) {
    this.verb = verb;
    this.words = words;
  }

  boolean has(String option) {
    return words.hasMatchedOption(option);
  }

  Optional<String> option(String name) {
    OptionSpec option = words.matchedOption(name);
    return option == null ? Optional.empty() : Optional.ofNullable(option.getValue());
  }

  /** Of an option that may be given several times, all. */
  List<String> options(String name) {
    OptionSpec option = words.matchedOption(name);
    return option == null ? List.of() : List.copyOf(option.<List<String>>getValue());
  }

  Optional<String> word(int index) {
    return Optional.ofNullable(words.matchedPositionalValue(index, (String) null));
  }

  /** All of {@link Verb#words}. */
  List<String> words() {
    return List.copyOf(words.matchedPositionalValue(0, List.<String>of()));
  }

  /** A word or its spelling as an option; both is a refusal. */
  Optional<String> wordOr(int index, String label, String option) {
    Optional<String> word = word(index);
    Optional<String> named = option(option);
    if (word.isPresent() && named.isPresent()) {
      throw new Refusal(
          verb + ": " + label + " is given twice, as " + word.get() + " and with " + option);
    }
    return word.or(() -> named);
  }

  Path file(Optional<String> given, String label) {
    String text =
        given.orElseThrow(() -> new Refusal(verb + " wants a file: metaops " + verb + " " + label));
    return path(label, text);
  }

  static Path path(String label, String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw Refusal.of(label, text, "the name of a file");
    }
  }

  OrderName order(Optional<String> given) {
    String text =
        given.orElseThrow(() -> new Refusal(verb + " wants an order: metaops " + verb + " ORDER"));
    try {
      return new OrderName(text);
    } catch (IllegalArgumentException _) {
      throw Refusal.of("ORDER", text, "an order id, escrow key or transaction hash");
    }
  }

  OrderState state(String text) {
    for (OrderState state : OrderState.values()) {
      if (state.name().equals(text.toUpperCase(Locale.ROOT))) {
        return state;
      }
    }
    List<String> names = Arrays.stream(OrderState.values()).map(OrderState::name).toList();
    throw Refusal.of("STATE", text, String.join(", ", names));
  }

  static Address address(String text) {
    try {
      return new Address(text);
    } catch (IllegalArgumentException _) {
      throw Refusal.of("ADDRESS", text, "0x and 40 hex digits");
    }
  }

  static Hash hash(String text) {
    try {
      return new Hash(text);
    } catch (IllegalArgumentException _) {
      throw Refusal.of("HASH", text, "0x and 64 hex digits");
    }
  }

  /** A moment, wherever one is typed. */
  static Instant instant(String label, String text) {
    return moment(text)
        .orElseThrow(() -> Refusal.of(label, text, "a time like 2026-11-30T02:40:00Z"));
  }

  /** ISO 8601; without an offset it is UTC. */
  private static Optional<Instant> moment(String text) {
    String whole = text.replaceFirst("^(\\S+) (\\S+)$", "$1T$2");
    try {
      return Optional.of(
          OffsetDateTime.parse(whole.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$") ? whole : whole + "Z")
              .toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  static long block(String label, String text) {
    if (!text.matches("[0-9]{1,18}")) {
      throw Refusal.of(label, text, "a block number from 0");
    }
    return Long.parseLong(text);
  }

  static Duration hours(String label, String text) {
    return Durations.read(text, Duration.ofHours(1), LONGEST)
        .orElseThrow(() -> refusedHours(label, text));
  }

  static Refusal refusedHours(String label, String text) {
    return Refusal.of(label, text, "hours above 0 and up to 8760, or like 20s, 30m, 2d");
  }

  static AuditCommand.Claim.Since since(String text) {
    return moment(text)
        .<AuditCommand.Claim.Since>map(AuditCommand.Claim.Since.At::new)
        .or(() ->
            Durations.read(text, Duration.ofHours(1), LONGEST)
                .map(AuditCommand.Claim.Since.Ago::new))
        .orElseThrow(
            () -> Refusal.of("--since", text, "a time like 2026-11-30T04:00:00Z, or like 20m, 2h"));
  }

  static Duration minutes(String label, String text) {
    return Durations.read(text, Duration.ofMinutes(1), LONGEST)
        .orElseThrow(
            () -> Refusal.of(label, text, "minutes above 0 and up to 525600, or like 20s, 2h"));
  }

  static Duration seconds(String text) {
    return Durations.read(text, Duration.ofSeconds(1), LONGEST)
        .orElseThrow(() -> Refusal.of("--for", text, "seconds above 0, or like 90s, 10m, 2h"));
  }

  /** {@code --limit}, everything with one of the old scripts' words for it. */
  Listing listing(int standard, String... allWords) {
    if (Arrays.stream(allWords).anyMatch(this::has)) {
      return new Listing.All();
    }
    return option("--limit").<Listing>map(Given::first).orElse(new Listing.First(standard));
  }

  private static Listing first(String text) {
    if (!text.matches("[1-9][0-9]{0,5}")) {
      throw Refusal.of("--limit", text, "a number from 1 to 999999");
    }
    return new Listing.First(Integer.parseInt(text));
  }

  Optional<String> reason(Optional<String> given) {
    given
        .filter(text -> text.isBlank() || text.length() > Reason.MOST)
        .ifPresent(text -> {
          throw Refusal.of("REASON", text, "1 to " + Reason.MOST + " characters");
        });
    return given;
  }

  static void acceptLimit(CommandSpec spec, int standard) {
    spec.addOption(
        Verb.value(
            "--limit", "N", "List at most N; totals are of all. Standard: " + standard + "."));
  }
}
