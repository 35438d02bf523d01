package dev.metaops.postgrest;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Content-Range said: {@code 0-999/2500}, or a star for what is not known.
 *
 * @param last the place of the last row sent, from 0; empty when none was
 * @param total rows that match, when they were to be counted
 */
public record Extent(OptionalLong last, OptionalLong total) {
  private static final Pattern FORM =
      Pattern.compile("(?:\\*|[0-9]{1,18}-([0-9]{1,18}))/(?:\\*|([0-9]{1,18}))");

  static Extent of(String contentRange) {
    Matcher form = FORM.matcher(contentRange.strip());
    return form.matches()
        ? new Extent(number(form, 1), number(form, 2))
        : new Extent(OptionalLong.empty(), OptionalLong.empty());
  }

  private static OptionalLong number(Matcher form, int group) {
    return form.start(group) < 0
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(form.group(group)));
  }
}
