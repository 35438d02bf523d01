package dev.metaops.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts what is secret out of a text that leaves this machine: every configured secret and the parts
 * of it that are secret by themselves, in the forms they travel in, and whatever looks like a
 * password in a URL or a header. A secret of fewer than {@value #LEAST} letters cannot be told from
 * other text. Immutable.
 */
public final class Redaction {
  /** Cuts no secret of ours: nothing is configured. */
  public static final Redaction NONE = new Redaction(List.of());

  static final int LEAST = 4;

  private static final String HIDDEN = "‹hidden›";

  /** From here on a part of a path is rather a key than a word. */
  private static final int LONG_WORD = 8;

  private static final int LONG_WORD_WITH_DIGITS = 6;

  /** Who asks, the path and the query. */
  private static final Pattern URL =
      Pattern.compile("[a-z][a-z0-9+.]*://(?:([^/?#]*)@)?[^/?#]*([^?#]*)(?:\\?([^#]*))?.*");

  /** What is cut wherever it stands; the group is kept. */
  private static final List<Pattern> SUSPECT =
      List.of(
          Pattern.compile("(://[^/@\\s:]*:)[^@\\s/]+(?=@)"),
          Pattern.compile("(?i)(\\b(?:bearer|basic)\\s+)[a-z0-9._~+/=-]{8,}"),
          Pattern.compile(
              "(?i)(\\b(?:password|passwd|api_?-?key|access_?-?token|secret)=)[^&\\s;,\"']+"));

  private final List<String> longestFirst;

  private Redaction(Collection<String> parts) {
    this.longestFirst =
        parts.stream()
            .filter(part -> part.length() >= LEAST)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  /** Of these secrets, as they are configured. */
  static Redaction of(Collection<String> secrets) {
    Set<String> parts = new LinkedHashSet<>();
    secrets.forEach(secret -> addParts(secret.strip(), parts));
    return new Redaction(parts);
  }

  /** The text, readable and without them. */
  public String in(String text) {
    String cut = text;
    for (String part : longestFirst) {
      cut = cut.replace(part, HIDDEN);
    }
    for (Pattern suspect : SUSPECT) {
      cut = suspect.matcher(cut).replaceAll("$1" + HIDDEN);
    }
    return cut;
  }

  private static void addParts(String secret, Set<String> parts) {
    parts.add(secret);
    switch (DatabaseUrl.read(secret)) {
      case DatabaseUrl.Reading.Read(DatabaseUrl database) -> {
        parts.add(database.secretText());
        addForms(database.properties().getProperty("password"), parts);
      }
      case DatabaseUrl.Reading.Refused _ -> {
        for (String item : secret.split(",", -1)) {
          addItem(item.strip(), parts);
        }
      }
    }
  }

  private static void addItem(String item, Set<String> parts) {
    Matcher url = URL.matcher(item);
    if (url.matches()) {
      parts.add(item);
      addCredentials(group(url, 1), parts);
      addPath(group(url, 2), parts);
      addQuery(group(url, 3), parts);
    } else {
      addValue(item, parts);
    }
  }

  private static String group(Matcher url, int number) {
    String text = url.group(number);
    return text == null ? "" : text;
  }

  private static void addCredentials(String whoAndPassword, Set<String> parts) {
    int colon = whoAndPassword.indexOf(':');
    String password = whoAndPassword.substring(colon + 1);
    if (!whoAndPassword.isEmpty()) {
      addForms(password, parts);
      parts.add(base64(whoAndPassword));
      parts.add(base64(decoded(whoAndPassword)));
    }
  }

  private static void addPath(String path, Set<String> parts) {
    for (String segment : path.split("/", -1)) {
      boolean isKey =
          segment.length() >= LONG_WORD
              || (segment.length() >= LONG_WORD_WITH_DIGITS
                  && segment.chars().anyMatch(Character::isDigit));
      if (isKey) {
        addForms(segment, parts);
      }
    }
  }

  private static void addQuery(String query, Set<String> parts) {
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      addForms(pair.substring(equals + 1), parts);
    }
  }

  /** {@code name=value} of headers, and a key with 0x before it. */
  private static void addValue(String item, Set<String> parts) {
    int equals = item.indexOf('=');
    String value = equals > 0 ? item.substring(equals + 1).strip() : item;
    addForms(value, parts);
    addForms(value.substring(value.lastIndexOf(' ') + 1), parts);
    String decoded = decoded(value);
    addForms(decoded.substring(decoded.lastIndexOf(' ') + 1), parts);
    if (value.startsWith("0x")) {
      addForms(value.substring(2), parts);
    }
  }

  private static void addForms(String part, Set<String> parts) {
    List<String> forms = new ArrayList<>(List.of(part, decoded(part)));
    forms.add(URLEncoder.encode(decoded(part), StandardCharsets.UTF_8));
    forms.forEach(form -> {
      parts.add(form);
      if (form.matches("[0-9a-fA-F]{32,}")) {
        parts.add(form.toLowerCase(Locale.ROOT));
      }
    });
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException asItIs) {
      return text;
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "Redaction of " + longestFirst.size() + " parts";
  }
}
