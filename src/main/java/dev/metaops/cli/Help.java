package dev.metaops.cli;

import dev.metaops.page.Page;
import dev.metaops.page.Table;
import java.util.Optional;
import picocli.CommandLine;

/** What there is to read about the commands. Needs no configuration. */
final class Help {
  private Help() {}

  static String version() {
    return "metaops "
        + Optional.ofNullable(Help.class.getPackage().getImplementationVersion())
            .orElse("(not from a jar)")
        + " on Java "
        + Runtime.version()
        + "\n";
  }

  static String all() {
    Page page = new Page(Page.Colour.NONE);
    page.line("metaops NOUN VERB [options]   what is wrong with the orders, proved and repaired");
    page.blank();
    Table table = new Table().column("").column("");
    for (Noun noun : Vocabulary.NOUNS) {
      for (Verb verb : noun.verbs().get()) {
        String name =
            CommandLineWords.isGroup(noun) ? noun.name() + " " + verb.name() : verb.name();
        table.row("  " + name, verb.does());
      }
    }
    page.table(table).blank();
    page.line("Without words: status. Options of one verb: metaops NOUN VERB --help");
    page.line("Names of the old scripts work too: metaops check-stuck-orders --hours 2");
    return page.text();
  }

  static String group(Noun noun) {
    Page page = new Page(Page.Colour.NONE);
    page.line("metaops " + noun.name() + " VERB   " + noun.does());
    page.blank();
    Table table = new Table().column("").column("");
    noun.verbs().get().forEach(verb -> table.row("  " + verb.name(), verb.does()));
    return page.table(table).text();
  }

  static String verb(String name, Verb verb) {
    return new CommandLine(CommandLineWords.spec(name, verb))
        .getUsageMessage(CommandLine.Help.Ansi.OFF);
  }
}
