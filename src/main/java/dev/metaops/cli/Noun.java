package dev.metaops.cli;

import dev.metaops.config.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A word commands begin with.
 *
 * @param names the name in the table of commands first, then old ones
 * @param does one line for help
 * @param verbs made only when this noun is spoken of
 * @param alone what it means without a verb; empty when that prints its verbs
 */
record Noun(List<String> names, String does, Supplier<List<Verb>> verbs, Optional<String> alone) {

  String name() {
    return names.getFirst();
  }

  Optional<Verb> verb(String name) {
    return verbs.get().stream().filter(verb -> verb.names().contains(name)).findFirst();
  }

  Refusal unknown(String word) {
    List<Verb> all = verbs.get();
    Stream<String> spellings = all.stream().flatMap(verb -> verb.names().stream());
    String hint =
        Nearest.to(word, spellings.toList())
            .map(nearest -> "did you mean " + name() + " " + nearest + "?")
            .orElse("it knows " + String.join(", ", all.stream().map(Verb::name).toList()));
    return new Refusal("unknown verb of " + name() + ": " + word + "; " + hint);
  }
}
