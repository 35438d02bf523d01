package dev.metaops.services;

import dev.metaops.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A deployment of Kubernetes, by {@code kubectl}. It is restarted by a rollout; stopped, it has no
 * replicas, and how many it had is written on it.
 *
 * @param called {@code NAMESPACE/NAME}, or the name alone
 */
record KubernetesDriver(Tool tool, String called) implements Driver {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(5);
  private static final String REPLICAS = "metaops.dev/replicas";

  private String deployment() {
    return "deployment/" + called.substring(called.indexOf('/') + 1);
  }

  private List<String> kubectl(String... words) {
    List<String> all = new ArrayList<>(List.of("kubectl"));
    int slash = called.indexOf('/');
    if (slash > 0) {
      all.add("--namespace=" + called.substring(0, slash));
    }
    all.addAll(List.of(words));
    return all;
  }

  /** What is used of a deployment. */
  private record Replicas(long wanted, long ready, long before, String restartedAt) {
    static Replicas of(JsonNode json) {
      return new Replicas(
          json.path("spec").path("replicas").asLong(1),
          json.path("status").path("readyReplicas").asLong(0),
          json.path("metadata").path("annotations").path(REPLICAS).asLong(1),
          json.path("spec")
              .path("template")
              .path("metadata")
              .path("annotations")
              .path("kubectl.kubernetes.io/restartedAt")
              .asString(""));
    }

    Sighting sighting() {
      String word = ready + " of " + wanted + " ready";
      return wanted == 0
          ? new Sighting.Stopped("no replicas", Sighting.Prospect.RESTS)
          : ready == 0
              ? new Sighting.Stopped(word, Sighting.Prospect.COMES_BACK)
              : new Sighting.Running(
                  word,
                  List.of(),
                  OptionalLong.empty(),
                  Set.of(),
                  Optional.empty(),
                  OptionalLong.empty(),
                  restartedAt);
    }
  }

  /** The deployment, or why there is none. */
  private sealed interface Asked {
    record Found(Replicas replicas) implements Asked {}

    record Without(Sighting why) implements Asked {}
  }

  private Asked ask(Deadline deadline) {
    return switch (tool.run(
        kubectl("get", deployment(), "--output=json"), deadline.atMost(FOR_A_LOOK))) {
      case Tool.Ran.Failed(String why) -> new Asked.Without(new Sighting.Unseen(why));
      case Tool.Ran.Ended(int code, String out, String _) when code == 0 -> read(out);
      case Tool.Ran.Ended(int _, String _, String err) ->
          new Asked.Without(
              err.contains("NotFound")
                  ? new Sighting.Absent("kubernetes knows no " + deployment())
                  : new Sighting.Unseen("kubectl gives no answer"));
    };
  }

  private static Asked read(String output) {
    try {
      return new Asked.Found(Replicas.of(JsonMapper.shared().readTree(output)));
    } catch (JacksonException unreadable) {
      return new Asked.Without(new Sighting.Unseen("kubectl get printed something else"));
    }
  }

  @Override
  public Sighting look(Deadline deadline) {
    return switch (ask(deadline)) {
      case Asked.Found(Replicas replicas) -> replicas.sighting();
      case Asked.Without(Sighting why) -> why;
    };
  }

  @Override
  public Done askToStop(Deadline deadline) {
    return switch (ask(deadline)) {
      case Asked.Without(Sighting why) -> new Done.Not(why.text());
      case Asked.Found(Replicas replicas) when replicas.wanted() == 0 -> new Done.Taken();
      case Asked.Found(Replicas replicas) ->
          switch (tool.done(
              kubectl("annotate", deployment(), REPLICAS + "=" + replicas.wanted(), "--overwrite"),
              deadline)) {
            case Done.Not not -> not;
            case Done.Taken _ -> scale(0, deadline);
          };
    };
  }

  private Done scale(long replicas, Deadline deadline) {
    return tool.done(kubectl("scale", deployment(), "--replicas=" + replicas), deadline);
  }

  @Override
  public Done kill(List<ProcessId> living, Deadline deadline) {
    return new Done.Not("its pods are kubernetes' own to end");
  }

  @Override
  public Done start(Deadline deadline) {
    return switch (ask(deadline)) {
      case Asked.Without(Sighting why) -> new Done.Not(why.text());
      case Asked.Found(Replicas replicas) ->
          replicas.wanted() > 0
              ? new Done.Taken()
              : scale(Math.max(1, replicas.before()), deadline);
    };
  }

  @Override
  public boolean rolls() {
    return true;
  }

  @Override
  public Done roll(Deadline deadline) {
    return switch (tool.done(kubectl("rollout", "restart", deployment()), deadline)) {
      case Done.Not not -> not;
      case Done.Taken _ ->
          tool.done(
              kubectl(
                  "rollout",
                  "status",
                  deployment(),
                  "--timeout=" + Math.max(1, deadline.remaining().toSeconds()) + "s"),
              deadline);
    };
  }

  @Override
  public LogMark mark(Instant now, Deadline deadline) {
    return new LogMark(now, Map.of());
  }

  @Override
  public Logged since(LogMark mark, Deadline deadline) {
    return PrintedLog.of(
        tool, kubectl("logs", deployment(), "--tail=1000", "--since-time=" + mark.at()), deadline);
  }

  @Override
  public Logged newest(int lines, Deadline deadline) {
    return PrintedLog.of(tool, kubectl("logs", deployment(), "--tail=" + lines), deadline);
  }
}
