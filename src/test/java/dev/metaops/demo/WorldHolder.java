package dev.metaops.demo;

import dev.metaops.main.Main;
import dev.metaops.time.SystemTicker;
import java.nio.file.Path;
import java.util.List;

/** A process that opens a world, starts its listener, says the pids, and waits to be killed. */
final class WorldHolder {
  private WorldHolder() {}

  public static void main(String[] arguments) throws Exception {
    World world =
        World.open(Path.of(arguments[0]), metaops(), SystemTicker.SYSTEM, System.err::println);
    world.listener().start();
    System.out.println(
        "up " + world.place().run() + " " + world.anvilPid() + " " + world.listener().pid());
    System.in.read();
  }

  /** How this test's own build of metaops is started. */
  static List<String> metaops() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xmx192m",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName());
  }
}
