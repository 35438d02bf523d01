package dev.metaops.services;

import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.config.Where;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Who keeps which service running.
 *
 * @param directory where pid files and logs of started processes are by default
 */
record Drivers(Where where, Path directory, Pm2Driver.Listing pm2) {
  Drivers(Where where, Path directory) {
    this(where, directory, Pm2Driver::list);
  }

  /** For one look at everything: pm2 is asked once, however many of its services there are. */
  Drivers forOneLook() {
    Map<Path, FutureTask<Tool.Ran>> asked = new ConcurrentHashMap<>();
    return new Drivers(
        where,
        directory,
        (tool, home, deadline) -> {
          FutureTask<Tool.Ran> task =
              asked.computeIfAbsent(
                  home, _ -> new FutureTask<>(() -> Pm2Driver.list(tool, home, deadline)));
          task.run(); // by the first; the others wait
          try {
            return task.get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
          } catch (ExecutionException | TimeoutException unanswered) {
            return new Tool.Ran.Failed("pm2 gave no answer in time");
          } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return new Tool.Ran.Failed("pm2 was not waited for: we are stopping");
          }
        });
  }

  Driver of(Supervised service) {
    return switch (service.driver()) {
      case PM2 -> {
        Path home = service.home().orElseGet(() -> pm2Home(where));
        yield new Pm2Driver(
            new Tool(where, Map.of("PM2_HOME", home.toString())), home, service.called(), pm2);
      }
      case SYSTEMD -> new SystemdDriver(new Tool(where), service.called());
      case DOCKER -> new DockerDriver(new Tool(where), service.called());
      case KUBERNETES -> new KubernetesDriver(new Tool(where), service.called());
      case PROCESS ->
          new ProcessDriver(
              new Tool(where),
              service.command(),
              service.directory(),
              service.pidFile().orElse(directory.resolve(service.name() + ".pid")),
              service.logFile().orElse(directory.resolve(service.name() + ".log")),
              service.environmentFile());
    };
  }

  Tool probes() {
    return new Tool(where);
  }

  static Path pm2Home(Where where) {
    return Optional.of(where.environment().getOrDefault("PM2_HOME", ""))
        .filter(text -> !text.isBlank())
        .map(where.workingDirectory()::resolve)
        .orElseGet(() -> where.home().resolve(".pm2"));
  }
}
