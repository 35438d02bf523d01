package dev.metaops.checkup;

import static dev.metaops.page.Html.element;
import static dev.metaops.page.Html.text;

import dev.metaops.health.CheckMemory;
import dev.metaops.health.Condition;
import dev.metaops.health.HealthMemory;
import dev.metaops.health.Report;
import dev.metaops.health.Result;
import dev.metaops.health.Vital;
import dev.metaops.page.Clock;
import dev.metaops.page.Html;
import dev.metaops.time.Ages;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A health report as one page that needs nothing else: the sentence first, then the worst, then the
 * rest. Pure.
 *
 * @param environment what was looked at
 * @param at when
 */
record HealthPage(
    String environment, Instant at, Report report, HealthMemory memory, List<String> absent) {
  private static final double LIMIT_AT = 70;
  private static final int BAR = 6;
  private static final int HEIGHT = 28;

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ground:#fff;--ink:#16181d;--faint:#5c6370;--line:#d9dce2;
      --track:#e8eaee;--up:#1a7f4b;--degraded:#9a6700;--unknown:#6b3fa0;--down:#b3261e}
      @media(prefers-color-scheme:dark){:root{--ground:#14161a;--ink:#e8eaee;--faint:#9aa1ad;
      --line:#333842;--track:#2a2e36;--up:#4cc38a;--degraded:#e2a336;--unknown:#b794f0;
      --down:#ff7b72}}
      *{box-sizing:border-box}
      body{margin:0 auto;max-width:64rem;padding:1rem;background:var(--ground);color:var(--ink);
      font:16px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
      h1{margin:0;padding:.9rem 1rem;border-left:.5rem solid;font-size:1.35rem;line-height:1.3}
      h1 b{display:block;font-size:2rem;letter-spacing:.02em}
      h2{margin:0;font-size:1.05rem}
      p{margin:.35rem 0}
      code{font:600 .95rem ui-monospace,monospace}
      .faint{color:var(--faint);font-size:.85rem}
      .next{margin:1rem 0;padding:.6rem 1rem;border:1px solid var(--line);border-radius:.4rem}
      .cards{display:grid;gap:.8rem;grid-template-columns:1fr}
      @media(min-width:45rem){.cards{grid-template-columns:1fr 1fr}}
      section{border:1px solid var(--line);border-left-width:.4rem;border-radius:.4rem;
      padding:.7rem .9rem}
      .UP{border-left-color:var(--up)}.DEGRADED{border-left-color:var(--degraded)}
      .UNKNOWN{border-left-color:var(--unknown)}.DOWN{border-left-color:var(--down)}
      .is-UP{color:var(--up);fill:var(--up)}.is-DEGRADED{color:var(--degraded);fill:var(--degraded)}
      .is-UNKNOWN{color:var(--unknown);fill:var(--unknown)}
      .is-DOWN{color:var(--down);fill:var(--down)}
      .head{display:flex;justify-content:space-between;gap:.6rem}
      .pill{font-weight:700;font-size:.85rem;white-space:nowrap}
      dl{margin:.4rem 0 0}
      dt{display:flex;justify-content:space-between;gap:.6rem;font-size:.85rem}
      dt span:first-child{flex:none;max-width:45%;overflow-wrap:normal}
      dt span+span{text-align:right}
      dd{margin:0 0 .35rem}
      svg{display:block;width:100%}
      .track{fill:var(--track)}.limit{fill:var(--ink)}
      """;

  private static final int BRIEF = 3;

  String html() {
    Condition overall = report.overall();
    return Html.page(
        overall + " · metaops health",
        STYLE,
        element(
            "h1", overall + " is-" + overall, element("b", text(overall.name())), text(sentence())),
        element(
            "p", "faint", text(environment + " · measured " + at.truncatedTo(ChronoUnit.SECONDS))),
        next(),
        element("div", "cards", Html.all(worstFirst().stream().map(this::card).toList())),
        Html.all(absent.stream().map(one -> element("p", "faint", text(one))).toList()));
  }

  private List<Result> worstFirst() {
    return report.results().stream()
        .sorted(Comparator.comparing(Result::condition).reversed())
        .toList();
  }

  private String sentence() {
    if (report.results().isEmpty()) {
      return "nothing is configured to look at";
    }
    return report.overall() == Condition.UP
        ? "All " + report.components().size() + " components are well."
        : worstFirst().stream()
            .filter(result -> result.condition() == report.overall())
            .findFirst()
            .or(() -> worstFirst().stream().findFirst())
            .map(result ->
                result.component()
                    + ": "
                    + result.diagnosis().sentence()
                    + since(result).map(words -> ", " + words).orElse(""))
            .orElse("");
  }

  private Html next() {
    return worstFirst().stream()
        .filter(result -> result.condition() != Condition.UP)
        .flatMap(result -> result.diagnosis().next().stream())
        .findFirst()
        .map(command -> element("p", "next", text("next: "), element("code", text(command))))
        .orElseGet(() -> text(""));
  }

  private Html card(Result result) {
    Condition condition = result.condition();
    String name = result.component() + (result.subject().isEmpty() ? "" : " · " + result.subject());
    List<Html> content = new ArrayList<>();
    content.add(
        element(
            "div",
            "head",
            element("h2", text(name)),
            element("span", "pill is-" + condition, text(condition.name()))));
    content.add(element("p", text(result.diagnosis().sentence())));
    since(result).ifPresent(words -> content.add(element("p", "faint", text(words))));
    memory.of(result).ifPresent(check -> content.add(history(check)));
    if (condition != Condition.UP) {
      result
          .diagnosis()
          .next()
          .ifPresent(command -> content.add(element("p", element("code", text(command)))));
    }
    content.add(
        element(
            "dl", Html.all(result.diagnosis().vitals().stream().map(HealthPage::vital).toList())));
    return element("section", condition.name(), content.toArray(Html[]::new));
  }

  /** Since when, and for how long nobody could tell. */
  private Optional<String> since(Result result) {
    return memory
        .of(result)
        .map(CheckMemory::steadiness)
        .map(steady ->
            "so since "
                + Clock.since(steady.sinceLast(), result.at())
                + (steady.blind().isZero()
                    ? ""
                    : "; blind for " + Ages.of(steady.blind()) + " in all"));
  }

  /** A bar for each look, as high as it took long, in the colour of what it found. */
  private static Html history(CheckMemory check) {
    List<CheckMemory.Sample> samples = check.samples();
    if (samples.size() < BRIEF) {
      return text("");
    }
    long most = samples.stream().mapToLong(sample -> sample.took().toMillis()).max().orElse(1);
    List<Html> bars = new ArrayList<>();
    for (int at = 0; at < samples.size(); at++) {
      CheckMemory.Sample sample = samples.get(at);
      double height = Math.max(3, (double) HEIGHT * sample.took().toMillis() / Math.max(1, most));
      bars.add(
          element(
              "rect",
              Map.of(
                  "class", "is-" + sample.condition(),
                  "x", Integer.toString(at * BAR),
                  "y", number(HEIGHT - height),
                  "width", Integer.toString(BAR - 1),
                  "height", number(height))));
    }
    Duration span = Duration.between(samples.getFirst().at(), samples.getLast().at());
    String words = samples.size() + " looks in " + Ages.of(span) + ", slowest " + most + " ms";
    return element(
        "div",
        element(
            "svg",
            Map.of(
                "viewBox",
                "0 0 " + Math.max(60 * BAR, samples.size() * BAR) + " " + HEIGHT,
                "height",
                Integer.toString(HEIGHT),
                "preserveAspectRatio",
                "none",
                "role",
                "img",
                "aria-label",
                words),
            Html.all(bars)),
        element("p", "faint", text(words)));
  }

  private static Html vital(Vital vital) {
    String measured =
        vital.value() + (vital.threshold().isEmpty() ? "" : " (" + vital.threshold() + ")");
    String style = vital.condition() == Condition.UP ? "" : "is-" + vital.condition();
    return Html.all(
        List.of(
            element(
                "dt",
                element("span", "faint", text(vital.name())),
                element("span", style, text(measured))),
            element(
                "dd", vital.gauge().map(gauge -> bar(gauge, vital)).orElseGet(() -> text("")))));
  }

  /** As full as it is, with a mark where its limit is. */
  private static Html bar(Vital.Gauge gauge, Vital vital) {
    double width = Math.min(100, LIMIT_AT * gauge.value() / gauge.limit());
    return element(
        "svg",
        Map.of(
            "viewBox", "0 0 100 4",
            "height", "6",
            "preserveAspectRatio", "none",
            "role", "img",
            "aria-label", vital.name() + " " + vital.value()),
        rectangle("track", 0, 100),
        rectangle("is-" + vital.condition(), 0, width),
        rectangle("limit", LIMIT_AT, 0.6));
  }

  private static Html rectangle(String style, double x, double width) {
    return element(
        "rect",
        Map.of("class", style, "x", number(x), "y", "0", "width", number(width), "height", "4"));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
