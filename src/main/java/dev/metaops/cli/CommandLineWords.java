package dev.metaops.cli;

import dev.metaops.command.StatusCommand;
import dev.metaops.config.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Reads a command line. The noun and the verb are found first, and then only that verb's words are
 * put together: a short command does not pay for the others.
 */
public final class CommandLineWords {
  private CommandLineWords() {}

  /** Total: every list of words is a command, something to read, or a refusal. */
  public static Parsed parse(List<String> arguments) {
    try {
      return parse(Split.of(arguments));
    } catch (Refusal refusal) {
      return new Parsed.Refused(refusal.sentence());
    }
  }

  private static Parsed parse(Split split) {
    if (split.noun().isEmpty()) {
      return withoutNoun(split.rest());
    }
    String word = split.noun().get();
    Noun noun =
        Vocabulary.NOUNS.stream()
            .filter(candidate -> candidate.names().contains(word))
            .findFirst()
            .orElseThrow(() -> unknown(word));
    Optional<String> verbName = split.verb().or(noun::alone);
    boolean asksAboutGroup = split.verb().isEmpty() && isGroup(noun) && isHelp(split.rest());
    if (verbName.isEmpty() || asksAboutGroup) {
      refuseStrangers(noun, split.rest());
      return new Parsed.Told(Help.group(noun));
    }
    Verb verb = noun.verb(verbName.get()).orElseThrow(() -> noun.unknown(verbName.get()));
    return speak(noun, verb, split.rest());
  }

  static boolean isGroup(Noun noun) {
    return noun.alone().filter(noun.name()::equals).isEmpty();
  }

  private static boolean isHelp(List<String> rest) {
    return rest.contains("--help") || rest.contains("-h");
  }

  private static Parsed withoutNoun(List<String> rest) {
    if (isHelp(rest)) {
      return new Parsed.Told(Help.all());
    }
    if (rest.contains("--version") || rest.contains("-V")) {
      return new Parsed.Told(Help.version());
    }
    return speak(Vocabulary.NOUNS.getFirst(), Vocabulary.status(), rest);
  }

  /** Options of a group without a verb still have to be known ones. */
  private static void refuseStrangers(Noun noun, List<String> rest) {
    Verb none = Verb.plain(noun.name(), "", new StatusCommand.Show());
    SharedWords.read(parse(none, noun.name(), rest), none);
  }

  private static Parsed speak(Noun noun, Verb verb, List<String> rest) {
    String name = isGroup(noun) ? noun.name() + " " + verb.name() : verb.name();
    if (isHelp(rest)) {
      return new Parsed.Told(Help.verb(name, verb));
    }
    Given given = parse(verb, name, rest);
    return new Parsed.Understood(verb.meaning().apply(given), SharedWords.read(given, verb));
  }

  static CommandSpec spec(String name, Verb verb) {
    CommandSpec spec = CommandSpec.create().name("metaops " + name);
    spec.interpolateVariables(false);
    verb.words().accept(spec);
    SharedWords.addTo(spec, verb);
    spec.usageMessage().description(verb.does()).sortOptions(false).sortSynopsis(false).width(100);
    return spec;
  }

  private static Given parse(Verb verb, String name, List<String> rest) {
    CommandSpec spec = spec(name, verb);
    CommandLine line = new CommandLine(spec).setExpandAtFiles(false);
    try {
      return new Given(name, line.parseArgs(rest.toArray(String[]::new)));
    } catch (CommandLine.UnmatchedArgumentException unmatched) {
      throw stranger(spec, name, unmatched.getUnmatched().getFirst());
    } catch (CommandLine.OverwrittenOptionException twice) {
      throw new Refusal(name + ": " + label(twice.getOverwritten()) + " is given twice");
    } catch (CommandLine.MissingParameterException missing) {
      throw new Refusal(name + ": " + label(missing.getMissing().getFirst()) + " wants a value");
    } catch (CommandLine.ParameterException other) {
      throw new Refusal(name + ": " + other.getMessage());
    }
  }

  private static String label(ArgSpec about) {
    return about instanceof OptionSpec option ? option.longestName() : about.paramLabel();
  }

  private static Refusal stranger(CommandSpec spec, String name, String word) {
    if (!word.startsWith("-") || word.length() == 1) {
      return Refusal.of(name, word, "no further word here; see metaops " + name + " --help");
    }
    boolean isNumber = word.length() > 1 && Character.isDigit(word.charAt(1));
    if (isNumber && !spec.positionalParameters().isEmpty()) {
      String label = spec.positionalParameters().getFirst().paramLabel();
      return label.equals("HOURS")
          ? Given.refusedHours(label, word)
          : Refusal.of(label, word, "not a negative number");
    }
    String option = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
    List<String> known = new ArrayList<>();
    spec.options().forEach(candidate -> known.addAll(List.of(candidate.names())));
    known.removeIf(candidate -> candidate.length() < 3);
    String hint =
        Nearest.to(option, known)
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("see metaops " + name + " --help");
    return new Refusal(name + ": unknown option " + clip(option) + "; " + hint);
  }

  private static String clip(String word) {
    String printable = word.replaceAll("\\p{Cc}", "?");
    return printable.length() <= 80 ? printable : printable.substring(0, 77) + "...";
  }

  private static Refusal unknown(String word) {
    List<String> spellings = new ArrayList<>();
    Vocabulary.NOUNS.forEach(noun -> spellings.addAll(noun.names()));
    spellings.addAll(Vocabulary.OLD_NAMES.keySet().stream().sorted().toList());
    String hint =
        Nearest.to(word, spellings)
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("see metaops --help");
    return new Refusal("unknown command: " + clip(word) + "; " + hint);
  }
}
