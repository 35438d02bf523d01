package dev.metaops.cli;

import dev.metaops.command.Command;
import dev.metaops.command.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One verb: its words and what they mean.
 *
 * @param names the name in the table of commands first, then old ones
 * @param does one line for help
 * @param words adds its options and positional words
 * @param meaning the command the words stand for
 * @param outputs the forms of standard output it knows
 */
record Verb(
    List<String> names,
    String does,
    Consumer<CommandSpec> words,
    Function<Given, Command> meaning,
    List<Shared.Output> outputs) {
  private static final List<Shared.Output> STANDARD =
      List.of(Shared.Output.TABLE, Shared.Output.JSON);

  static Verb of(
      String name, String does, Consumer<CommandSpec> words, Function<Given, Command> meaning) {
    return new Verb(List.of(name), does, words, meaning, STANDARD);
  }

  /** A verb without words of its own. */
  static Verb plain(String name, String does, Command command) {
    return new Verb(List.of(name), does, _ -> {}, _ -> command, STANDARD);
  }

  Verb alsoCalled(String... others) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of(others));
    return new Verb(List.copyOf(all), does, words, meaning, outputs);
  }

  /** Also prints a batch for Safe's transaction builder. */
  Verb alsoForSafe() {
    List<Shared.Output> all = new ArrayList<>(outputs);
    all.add(Shared.Output.SAFE);
    return new Verb(names, does, words, meaning, List.copyOf(all));
  }

  /** Its forms of standard output as they are typed: {@code table or json}. */
  String typedOutputs(String between) {
    return outputs.stream()
        .map(output -> output.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(between));
  }

  String name() {
    return names.getFirst();
  }

  static OptionSpec flag(String name, String does) {
    return OptionSpec.builder(name).arity("0").type(boolean.class).description(does).build();
  }

  static OptionSpec value(String name, String label, String does) {
    return OptionSpec.builder(name)
        .arity("1")
        .type(String.class)
        .paramLabel(label)
        .description(does)
        .build();
  }

  /** An option of the old scripts that asks for what is the standard now. */
  static OptionSpec oldFlag(String... names) {
    return OptionSpec.builder(names).arity("0").type(boolean.class).hidden(true).build();
  }

  /** Another spelling of a word, of the old scripts. */
  static OptionSpec oldValue(String name) {
    return OptionSpec.builder(name).arity("1").type(String.class).hidden(true).build();
  }

  static PositionalParamSpec word(int index, String label, String does) {
    return PositionalParamSpec.builder()
        .index(Integer.toString(index))
        .arity("0..1")
        .type(String.class)
        .paramLabel(label)
        .description(does)
        .build();
  }

  /** All further words. */
  static PositionalParamSpec words(String label, String does) {
    return PositionalParamSpec.builder()
        .index("0..*")
        .arity("0..*")
        .type(List.class)
        .auxiliaryTypes(String.class)
        .paramLabel(label)
        .description(does)
        .build();
  }
}
