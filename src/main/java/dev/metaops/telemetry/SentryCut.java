package dev.metaops.telemetry;

import dev.metaops.config.Redaction;
import io.sentry.Breadcrumb;
import io.sentry.SentryEvent;
import io.sentry.protocol.Message;
import io.sentry.protocol.SentryException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A report as it may leave: every text in it that is not our own code's name is cut. */
record SentryCut(Redaction redaction) {

  /** Null, which sends nothing, for one that cannot be cut. */
  @Nullable SentryEvent of(SentryEvent event) {
    try {
      message(event);
      Optional.ofNullable(event.getExceptions()).orElse(List.of()).forEach(this::exception);
      Optional.ofNullable(event.getBreadcrumbs()).orElse(List.of()).forEach(this::crumb);
      Optional.ofNullable(event.getTags())
          .map(Map::copyOf)
          .orElse(Map.of())
          .forEach((name, value) -> event.setTag(name, redaction.in(value)));
      event.setExtras(null);
      event.setRequest(null);
      event.setUser(null);
      event.setServerName(null);
      return event;
    } catch (RuntimeException uncut) {
      return null;
    }
  }

  private void message(SentryEvent event) {
    Message message = event.getMessage();
    if (message != null) {
      Message cut = new Message();
      cut.setFormatted(in(message.getFormatted()));
      event.setMessage(cut);
    }
  }

  private void exception(SentryException exception) {
    exception.setValue(in(exception.getValue()));
  }

  private void crumb(Breadcrumb crumb) {
    crumb.setMessage(in(crumb.getMessage()));
    Map.copyOf(crumb.getData()).keySet().forEach(crumb::removeData);
  }

  private @Nullable String in(@Nullable String text) {
    return text == null ? null : redaction.in(text);
  }
}
