package dev.metaops.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The whole tree of commands at once, for the script that completes them in a shell. */
public final class Completion {
  private Completion() {}

  /** For bash, and for zsh with bashcompinit, which the script loads itself. */
  public static String script() {
    CommandSpec root = CommandSpec.create().name("metaops");
    for (Noun noun : Vocabulary.NOUNS) {
      if (CommandLineWords.isGroup(noun)) {
        CommandSpec group = CommandSpec.create().name(noun.name());
        noun.verbs()
            .get()
            .forEach(verb -> group.addSubcommand(verb.name(), new CommandLine(bare(verb))));
        root.addSubcommand(noun.name(), new CommandLine(group));
      } else {
        root.addSubcommand(noun.name(), new CommandLine(bare(noun.verbs().get().getFirst())));
      }
    }
    return AutoComplete.bash("metaops", new CommandLine(root));
  }

  private static CommandSpec bare(Verb verb) {
    CommandSpec spec = CommandSpec.create().name(verb.name());
    verb.words().accept(spec);
    SharedWords.addTo(spec, verb);
    return spec;
  }
}
