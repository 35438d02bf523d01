package dev.metaops.console;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One look as a watcher is sent it.
 *
 * @param number higher than those before it
 * @param at when it was looked at, as the page shows it
 * @param parts HTML by the name of the event that carries it
 */
record Frame(long number, String at, Map<String, String> parts) {
  /** Templates are classes of the build: nothing is compiled here. */
  private static final TemplateEngine TEMPLATES =
      TemplateEngine.createPrecompiled(ContentType.Html);

  static Frame of(long number, LivePage page) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("sentence", drawn("sentence.jte", Map.of("page", page)));
    parts.put("orders", drawn("orders.jte", Map.of("panel", page.orders())));
    parts.put("findings", drawn("findings.jte", Map.of("panel", page.findings())));
    parts.put("flow", drawn("flow.jte", Map.of("panel", page.flow())));
    parts.put("health", drawn("health.jte", Map.of("panel", page.health())));
    return new Frame(number, page.at(), parts);
  }

  static String page(LivePage page) {
    return drawn("page.jte", Map.of("page", page));
  }

  static String refused(String why) {
    return drawn("refused.jte", Map.of("why", why));
  }

  private static String drawn(String template, Map<String, Object> parameters) {
    StringOutput html = new StringOutput();
    TEMPLATES.render(template, parameters, html);
    return html.toString();
  }

  /** The events that turn what {@code before} showed into this; with a beat, whatever changed. */
  String eventsAfter(Frame before) {
    StringBuilder events = new StringBuilder();
    parts.forEach((name, html) -> {
      if (!html.equals(before.parts().get(name))) {
        append(events, name, html);
      }
    });
    append(events, "beat", at);
    return events.toString();
  }

  private static void append(StringBuilder events, String name, String data) {
    events.append("event: ").append(name).append('\n');
    data.lines().forEach(line -> events.append("data: ").append(line).append('\n'));
    events.append('\n');
  }

  /** What somebody saw who saw nothing. */
  static Frame none() {
    return new Frame(0, "", Map.of());
  }
}
