package dev.metaops.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.metaops.time.SystemTicker;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a demo leaves when it is killed, and what the next one makes of it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WorldTest {
  @TempDir Path data;

  @Test
  void aKilledDemosProcessesAreEndedByTheNextWhichIsTheOneSpokenTo() throws Exception {
    Process holder = holder();
    String[] left = line(holder).split(" ", -1);
    String leftRun = left[1];
    ProcessHandle leftAnvil = ProcessHandle.of(Long.parseLong(left[2])).orElseThrow();
    ProcessHandle leftListener = ProcessHandle.of(Long.parseLong(left[3])).orElseThrow();
    holder.destroyForcibly().waitFor();
    assertThat(leftAnvil.isAlive()).as("anvil outlives its demo").isTrue();
    assertThat(leftListener.isAlive()).as("the listener outlives its demo").isTrue();
    assertThat(variables()).as("still described").contains(leftRun);

    World next = open();
    try {
      assertThat(leftAnvil.isAlive()).isFalse();
      assertThat(leftListener.isAlive()).isFalse();
      assertThat(variables()).contains(next.place().run()).doesNotContain(leftRun);
      assertThat(worlds()).containsExactly(next.place().directory());
      assertThat(next.store().databases())
          .containsExactlyInAnyOrder("orders_" + next.place().run(), "ops_" + next.place().run());

      assertThatThrownBy(this::open)
          .isInstanceOf(WorldFailure.class)
          .hasMessageContaining("a demo is running already")
          .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
    } finally {
      next.close();
    }
    assertThat(worlds()).isEmpty();
    assertThat(data.resolve("demo/world.env")).doesNotExist();
  }

  @Test
  void onlyTheOwnerMayReadHowAWorldIsReached() throws Exception {
    try (World world = open()) {
      for (Path secret :
          List.of(world.place().variables(), world.place().directory().resolve("world.env"))) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
            .isEqualTo("rw-------");
      }
      assertThat(world.configuration().problems()).isEmpty();
      assertThat(world.configuration().settings().orders().stuckAfter())
          .isEqualTo(World.STUCK_AFTER);
    }
  }

  private World open() {
    return World.open(data, WorldHolder.metaops(), SystemTicker.SYSTEM, _ -> {});
  }

  private String variables() throws IOException {
    return Files.readString(data.resolve("demo/world.env"));
  }

  private List<Path> worlds() throws IOException {
    var found = new ArrayList<Path>();
    try (var worlds = Files.newDirectoryStream(data.resolve("demo"), "world-*")) {
      worlds.forEach(found::add);
    }
    return found;
  }

  private Process holder() throws IOException {
    var command = new ArrayList<>(WorldHolder.metaops());
    command.removeLast();
    command.addAll(List.of(WorldHolder.class.getName(), data.toString()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static String line(Process holder) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    assertThat(line).startsWith("up ");
    return line;
  }
}
