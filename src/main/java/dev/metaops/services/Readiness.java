package dev.metaops.services;

import dev.metaops.config.ServicesSection.Probe;
import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.time.Deadline;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Whether a service is ready, asked as configured. */
public sealed interface Readiness {
  record Ready() implements Readiness {}

  record NotYet(String why) implements Readiness {}

  /** Nothing that can be asked now tells. */
  record Untold(String why) implements Readiness {}

  Duration MOST_FOR_ONE = Duration.ofSeconds(2);

  /**
   * Whoever answers on a port that is not the service's does not count.
   *
   * @param mark what its log says later counts; empty when that is long ago
   */
  static Readiness of(
      Supervised service,
      Sighting sighting,
      List<Door> doors,
      Optional<LogMark> mark,
      Driver driver,
      Tool tool,
      Deadline deadline) {
    if (!(sighting instanceof Sighting.Running)) {
      return new NotYet(sighting.text());
    }
    for (Door door : doors) {
      if (door instanceof Door.Free(int port)) {
        return new NotYet("nobody listens on port " + port);
      }
      if (door instanceof Door.Anothers(int port, String holder)) {
        return new NotYet("port " + port + " is held by " + holder + ", which is none of its own");
      }
    }
    return service
        .ready()
        .map(probe -> asked(probe, mark, driver, tool, deadline.atMost(MOST_FOR_ONE)))
        .orElseGet(() -> byPorts(doors));
  }

  private static Readiness byPorts(List<Door> doors) {
    return doors.stream()
        .filter(Door.Untold.class::isInstance)
        .findFirst()
        .<Readiness>map(
            door -> new Untold("it runs; whose port " + door.port() + " is cannot be told"))
        .orElseGet(Ready::new);
  }

  private static Readiness asked(
      Probe probe, Optional<LogMark> mark, Driver driver, Tool tool, Deadline deadline) {
    return switch (probe) {
      case Probe.Http(URI url) -> http(url, deadline);
      case Probe.Tcp(String host, int port) -> tcp(host, port, deadline);
      case Probe.LogLine(String text) -> inLog(text, mark, driver, deadline);
      case Probe.Exec(List<String> words) ->
          switch (tool.run(words, deadline)) {
            case Tool.Ran.Ended(int code, String _, String _) ->
                code == 0 ? new Ready() : new NotYet("its probe ended with " + code);
            case Tool.Ran.Failed(String why) -> new NotYet("its probe: " + why);
          };
    };
  }

  /** One that trickles is ended by interrupting its thread. */
  private static Readiness http(URI url, Deadline deadline) {
    String place = url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    FutureTask<Readiness> asking = new FutureTask<>(() -> http(url, place, deadline));
    Thread.ofVirtual().name("ready").start(asking);
    try {
      return asking.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException silent) {
      return new NotYet(place + " does not answer over HTTP");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return new NotYet("not asked: we are stopping");
    } finally {
      asking.cancel(true);
    }
  }

  private static Readiness http(URI url, String place, Deadline deadline) {
    try {
      HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
      connection.setConnectTimeout(deadline.remainingMillis());
      connection.setReadTimeout(deadline.remainingMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      try {
        int status = connection.getResponseCode();
        return status >= 200 && status < 400
            ? new Ready()
            : new NotYet(place + " answers " + status);
      } finally {
        connection.disconnect();
      }
    } catch (IOException silent) {
      return new NotYet(place + " does not answer over HTTP");
    }
  }

  private static Readiness tcp(String host, int port, Deadline deadline) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), deadline.remainingMillis());
      return new Ready();
    } catch (IOException refused) {
      return new NotYet(host + ":" + port + " takes no connection");
    }
  }

  private static Readiness inLog(
      String text, Optional<LogMark> mark, Driver driver, Deadline deadline) {
    if (mark.isEmpty()) {
      return new Untold("it runs; what it said when it started is not read again");
    }
    return switch (driver.since(mark.get(), deadline)) {
      case Logged.Lines(List<String> lines) ->
          lines.stream().anyMatch(line -> line.contains(text))
              ? new Ready()
              : new NotYet("its log does not say \"" + text + "\" yet");
      case Logged.Unread(String why) -> new NotYet("its log " + why);
    };
  }
}
