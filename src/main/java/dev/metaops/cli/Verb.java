package dev.metaops.cli;

import dev.metaops.command.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
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
 */
record Verb(
    List<String> names,
    String does,
    Consumer<CommandSpec> words,
    Function<Given, Command> meaning) {

  static Verb of(
      String name, String does, Consumer<CommandSpec> words, Function<Given, Command> meaning) {
    return new Verb(List.of(name), does, words, meaning);
  }

  /** A verb without words of its own. */
  static Verb plain(String name, String does, Command command) {
    return new Verb(List.of(name), does, _ -> {}, _ -> command);
  }

  Verb alsoCalled(String... others) {
    List<String> all = new ArrayList<>(names);
    all.addAll(List.of(others));
    return new Verb(List.copyOf(all), does, words, meaning);
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
}
