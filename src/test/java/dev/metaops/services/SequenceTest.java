package dev.metaops.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.metaops.config.Configuration;
import dev.metaops.config.ServicesSection.Supervised;
import dev.metaops.config.Where;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided about services without touching one. */
class SequenceTest {
  @TempDir private Path directory;

  private List<Supervised> services(String... namesAndNeeds) throws IOException {
    StringBuilder toml = new StringBuilder();
    for (String each : namesAndNeeds) {
      String[] words = each.split(" needs ", -1);
      toml.append("[services.").append(words[0]).append("]\ndriver = \"docker\"\n");
      if (words.length > 1) {
        toml.append("depends-on = \"").append(words[1]).append("\"\n");
      }
    }
    Files.writeString(directory.resolve("metaops.toml"), toml);
    Configuration read =
        Configuration.read(
            new Where(
                Map.of(),
                Optional.empty(),
                Optional.empty(),
                Where.UsualFile.LOOKED_FOR,
                directory,
                directory));
    assertThat(read.problems()).isEmpty();
    return read.settings().services().all();
  }

  private static List<String> names(List<Supervised> services) {
    return services.stream().map(Supervised::name).toList();
  }

  @Test
  void eachStartsAfterAllItLeansOnAndStopsBeforeThem() throws IOException {
    List<Supervised> all = services("web needs api, db", "api needs db", "db", "alone");
    List<String> everyone = List.of("alone", "api", "db", "web");
    assertThat(names(Sequence.toStart(all, everyone))).containsExactly("db", "api", "web", "alone");
    assertThat(names(Sequence.toStop(all, everyone))).containsExactly("alone", "web", "api", "db");
    assertThat(names(Sequence.toStart(all, List.of("web", "db"))))
        .as("also by way of one that was not chosen")
        .containsExactly("db", "web");
  }

  @Test
  void whoHoldsAPortIsToldApart() {
    PortHolder both =
        new PortHolder.Processes(
            List.of(new PortHolder.Holder(7, "node"), new PortHolder.Holder(8, "nginx")));
    assertThat(Door.of(1, new PortHolder.Nobody(), Set.of())).isEqualTo(new Door.Free(1));
    assertThat(Door.of(1, both, Set.of(7L))).isEqualTo(new Door.Own(1, "process 7 (node)"));
    assertThat(Door.of(1, both, Set.of()))
        .isEqualTo(new Door.Anothers(1, "process 7 (node), process 8 (nginx)"));
    assertThat(Door.of(1, new PortHolder.Hidden(), Set.of(7L))).isInstanceOf(Door.Untold.class);
  }

  @Test
  void whatHappenedBetweenTwoLooksIsNamed() {
    Life life = new Life("7@1", 3, "a");
    Life none = new Life("", -1, "");
    assertThat(Change.between(life, life)).isEmpty();
    assertThat(Change.between(life, new Life("8@2", 4, "b")))
        .contains(
            new Change.Restarted(
                "was restarted by somebody else, not by metaops (restarts 3 → 4)"));
    assertThat(Change.between(life, new Life("8@2", 4, "a")))
        .contains(
            new Change.CameBack("ended and was brought back by its supervisor (restarts 3 → 4)"));
    assertThat(Change.between(life, new Life("7@2", -1, "")))
        .as("the same pid, another life")
        .containsInstanceOf(Change.Restarted.class);
    assertThat(Change.between(life, none)).containsInstanceOf(Change.Stopped.class);
    assertThat(Change.between(none, life)).containsInstanceOf(Change.Started.class);
    assertThat(Life.of(new Sighting.Unseen("hangs"))).isEmpty();
    assertThat(
            Life.of(
                Sighting.Running.of(
                    "online", List.of(new ProcessId(7, 1)), OptionalLong.of(3), "a")))
        .contains(life);
  }
}
