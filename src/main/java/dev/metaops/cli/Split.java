package dev.metaops.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A command line in three: the noun, the verb, and everything else in its order. */
record Split(Optional<String> noun, Optional<String> verb, List<String> rest) {

  static Split of(List<String> arguments) {
    List<String> rest = new ArrayList<>();
    List<String> named = new ArrayList<>();
    boolean wantsMore = true;
    int index = 0;
    while (index < arguments.size()) {
      String word = arguments.get(index++);
      if (wantsMore && !word.startsWith("-")) {
        named.addAll(named.isEmpty() ? modern(word) : List.of(word));
        wantsMore = named.size() < 2 && hasVerbs(named.getFirst());
        continue;
      }
      wantsMore &= !word.equals("--");
      rest.add(word);
      if (SharedWords.WITH_VALUE.contains(word) && index < arguments.size()) {
        rest.add(arguments.get(index++));
      }
    }
    rest.addAll(0, named.stream().skip(2).toList());
    return new Split(
        named.stream().findFirst(), named.stream().skip(1).findFirst(), List.copyOf(rest));
  }

  private static List<String> modern(String word) {
    return Vocabulary.OLD_NAMES.getOrDefault(word, List.of(word));
  }

  private static boolean hasVerbs(String noun) {
    return Vocabulary.NOUNS.stream()
        .filter(candidate -> candidate.name().equals(noun))
        .anyMatch(CommandLineWords::isGroup);
  }
}
