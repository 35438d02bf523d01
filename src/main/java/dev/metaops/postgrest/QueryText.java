package dev.metaops.postgrest;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Questions as PostgREST spells them in a URL.
 *
 * <p>All filters go into one {@code and=(…)} with every name and value in double quotes, because
 * only there a name cannot be taken for {@code select} or {@code order}, and only in quotes a comma
 * or a parenthesis is a character as any other. In quotes the backslash and the quote are escaped
 * by a backslash: <a href="https://docs.postgrest.org/en/v12/references/api/url_grammar.html">URL
 * grammar, reserved characters</a>.
 */
final class QueryText {
  /** In a question it must not be sent: PostgREST 12 cuts the value there, and finds another. */
  static final String NUL = "%00";

  private QueryText() {}

  /** Table and query, percent-encoded, to follow the root and a slash. */
  static String of(Select select) {
    List<String> parts = new ArrayList<>();
    parts.add("select=" + columns(select.columns()));
    if (!select.filters().isEmpty()) {
      parts.add("and=" + encoded("(" + joined(select.filters()) + ")"));
    }
    if (!select.order().isEmpty()) {
      parts.add("order=" + encoded(order(select.order())));
    }
    select.limit().ifPresent(most -> parts.add("limit=" + most));
    return encoded(select.table()) + "?" + String.join("&", parts);
  }

  private static String columns(List<String> names) {
    return names.isEmpty()
        ? "*"
        : encoded(names.stream().map(QueryText::quoted).collect(Collectors.joining(",")));
  }

  private static String order(List<Order> order) {
    return order.stream()
        .map(by -> quoted(by.column()) + "." + by.direction().word() + ".nullslast")
        .collect(Collectors.joining(","));
  }

  private static String joined(List<Filter> filters) {
    return filters.stream().map(QueryText::of).collect(Collectors.joining(","));
  }

  private static String of(Filter filter) {
    return switch (filter) {
      case Filter.Compare(String column, Filter.Comparison comparison, String value) ->
          quoted(column) + "." + comparison.word() + "." + quoted(value);
      case Filter.OneOf(String column, List<String> values) ->
          quoted(column)
              + "."
              + (values.size() == 1 ? "eq." + only(values) : "in." + listed(values));
      case Filter.NoneOf(String column, List<String> values) ->
          quoted(column)
              + "."
              + (values.size() == 1 ? "neq." + only(values) : "not.in." + listed(values));
      case Filter.IsNull(String column) -> quoted(column) + ".is.null";
      case Filter.IsNotNull(String column) -> quoted(column) + ".not.is.null";
      case Filter.StartsWith(String column, String prefix) ->
          quoted(column) + "." + startsWith(prefix);
      case Filter.AnyOf(List<Filter> filters) -> "or(" + joined(filters) + ")";
      case Filter.AllOf(List<Filter> filters) -> "and(" + joined(filters) + ")";
    };
  }

  /** A list of one, because PostgREST 12 takes {@code in.("")} for a list of none. */
  private static String only(List<String> values) {
    return quoted(values.getFirst());
  }

  private static String listed(List<String> values) {
    return values.stream().map(QueryText::quoted).collect(Collectors.joining(",", "(", ")"));
  }

  /** PostgREST makes a % of every * in a LIKE pattern, so a prefix that has one is a regex. */
  private static String startsWith(String prefix) {
    return prefix.contains("*")
        ? "match."
            + quoted("^" + prefix.replaceAll("([^\\p{IsAlphabetic}\\p{IsDigit} ])", "\\\\$1"))
        : "like." + quoted(prefix.replaceAll("([\\\\%_])", "\\\\$1") + "%");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /**
   * A plus sign in a query may mean a space, and in a path never does: %20 is safe in both. Half a
   * surrogate pair becomes {@link #NUL}, as no text of PostgreSQL holds either.
   */
  private static String encoded(String text) {
    return URLEncoder.encode(text.replaceAll("\\p{Cs}", "\0"), StandardCharsets.UTF_8)
        .replace("+", "%20");
  }
}
