package dev.metaops.config;

import java.util.Optional;

/**
 * One thing that can be configured.
 *
 * @param section the table of the file it stands in
 * @param name its name there, lower-case-with-dashes
 * @param variable the environment variable that says the same, when there is one
 * @param standard what counts when nobody says anything; empty when nothing does
 * @param expectation what a value looks like, after "expected:"
 * @param meaning one line for the documentation
 * @param disclosure whether its value may be seen
 */
public record Key(
    String section,
    String name,
    Optional<String> variable,
    String standard,
    String expectation,
    String meaning,
    Disclosure disclosure) {

  /** Whether a value may be printed. */
  public enum Disclosure {
    OPEN,
    /** Never printed, and accepted from a file: {@code name-file}, {@code VARIABLE_FILE}. */
    SECRET
  }

  /** A key of the file only, open, without a default. */
  public static Key of(String section, String name, String expectation, String meaning) {
    return new Key(section, name, Optional.empty(), "", expectation, meaning, Disclosure.OPEN);
  }

  public Key variable(String environmentVariable) {
    return new Key(
        section,
        name,
        Optional.of(environmentVariable),
        standard,
        expectation,
        meaning,
        disclosure);
  }

  public Key standard(String value) {
    return new Key(section, name, variable, value, expectation, meaning, disclosure);
  }

  public Key secret() {
    return new Key(section, name, variable, standard, expectation, meaning, Disclosure.SECRET);
  }

  /** {@code section.name}. */
  public String path() {
    return section + "." + name;
  }

  boolean isSecret() {
    return disclosure == Disclosure.SECRET;
  }
}
