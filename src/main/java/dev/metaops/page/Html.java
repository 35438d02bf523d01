package dev.metaops.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A piece of an HTML page. Every text and every attribute's value is escaped; what comes from
 * outside cannot become markup. Names of elements and attributes are ours.
 */
public final class Html {
  private final String text;

  private Html(String text) {
    this.text = text;
  }

  /** Only text, whatever it says. */
  public static Html text(String text) {
    return new Html(escaped(text));
  }

  public static Html all(List<Html> pieces) {
    StringBuilder text = new StringBuilder();
    pieces.forEach(piece -> text.append(piece.text));
    return new Html(text.toString());
  }

  public static Html element(String name, Html... content) {
    return element(name, Map.of(), content);
  }

  /** With a class, for the style sheet. */
  public static Html element(String name, String style, Html... content) {
    return element(name, Map.of("class", style), content);
  }

  public static Html element(String name, Map<String, String> attributes, Html... content) {
    StringBuilder text = new StringBuilder("<").append(name);
    new TreeMap<>(attributes)
        .forEach((key, value) ->
            text.append(' ').append(key).append("=\"").append(escaped(value)).append('"'));
    text.append('>').append(all(List.of(content)).text);
    return new Html(text.append("</").append(name).append('>').toString());
  }

  /**
   * A whole page that fetches nothing and runs nothing.
   *
   * @param style a style sheet of ours
   */
  public static String page(String title, String style, Html... body) {
    List<Html> pieces = new ArrayList<>(List.of(body));
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>%s</title>
    <style>
    %s</style></head><body>
    %s
    </body></html>
    """
        .formatted(escaped(title), style, all(pieces).text);
  }

  private static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    Page.printable(text)
        .codePoints()
        .forEach(point -> {
          switch (point) {
            case '&' -> safe.append("&amp;");
            case '<' -> safe.append("&lt;");
            case '>' -> safe.append("&gt;");
            case '"' -> safe.append("&quot;");
            case '\'' -> safe.append("&#39;");
            default -> safe.appendCodePoint(point);
          }
        });
    return safe.toString();
  }

  @Override
  public String toString() {
    return text;
  }
}
