package dev.metaops.services;

import dev.metaops.config.EnvironmentFile;
import dev.metaops.config.Problem;
import dev.metaops.config.Problems;
import dev.metaops.time.Deadline;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A service that metaops starts itself, in a session of its own so that no Ctrl-C reaches it, and
 * finds again by its pid file, also where another program wrote that.
 *
 * @param command a program and its words
 * @param directory where it is started
 */
record ProcessDriver(
    Tool tool,
    List<String> command,
    Optional<Path> directory,
    Path pidFile,
    Path logFile,
    Optional<Path> environmentFile)
    implements Driver {
  private static final List<String> PASSED_ON = List.of("PATH", "HOME", "USER", "LANG");
  private static final long MOST_LOG = 64L << 20;

  ProcessDriver {
    command = List.copyOf(command);
  }

  @Override
  public Sighting look(Deadline deadline) {
    try {
      return kept()
          .<Sighting>map(
              process -> Sighting.Running.of("running", List.of(process), OptionalLong.empty(), ""))
          .orElse(new Sighting.Stopped("not running", Sighting.Prospect.RESTS));
    } catch (IOException unread) {
      return new Sighting.Unseen("its pid file " + pidFile + " cannot be read");
    }
  }

  /** The process of the pid file, if it is still that one. */
  private Optional<ProcessId> kept() throws IOException {
    try {
      String text = Files.readString(pidFile).strip();
      Optional<ProcessId> ours = ProcessId.parse(text);
      return ours.isPresent() ? ours.filter(ProcessId::isAlive) : ProcessId.ofFile(pidFile);
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  @Override
  public Done askToStop(Deadline deadline) {
    try {
      kept().ifPresent(ProcessTree::ask);
      return new Done.Taken();
    } catch (IOException unread) {
      return new Done.Not("its pid file " + pidFile + " cannot be read");
    }
  }

  @Override
  public Done kill(List<ProcessId> living, Deadline deadline) {
    living.forEach(ProcessTree::kill);
    return new Done.Taken();
  }

  @Override
  public Done start(Deadline deadline) {
    try {
      if (kept().isPresent()) {
        return new Done.Taken();
      }
      Map<String, String> environment = new LinkedHashMap<>(tool.environment());
      environment.keySet().retainAll(PASSED_ON);
      Problems problems = new Problems();
      environmentFile.ifPresent(file -> environment.putAll(EnvironmentFile.read(file, problems)));
      return problems.isEmpty()
          ? started(environment)
          : new Done.Not(
              "its env-file cannot be read: "
                  + problems.all().stream().findFirst().map(Problem::sentence).orElse(""));
    } catch (IOException failure) {
      return new Done.Not(
          command.getFirst()
              + " cannot be started ("
              + pidFile
              + " and "
              + logFile
              + " have to be files of yours, and the directory has to be there)");
    }
  }

  private Done started(Map<String, String> environment) throws IOException {
    Optional<Path> program = program();
    if (program.isEmpty()) {
      return new Done.Not("there is no program " + command.getFirst() + " here");
    }
    List<String> words = new ArrayList<>();
    tool.program("setsid").ifPresent(setsid -> words.add(setsid.toString()));
    words.add(program.get().toString());
    words.addAll(command.subList(1, command.size()));
    makeRoom();
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
    directory.ifPresent(place -> builder.directory(place.toFile()));
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    Optional<ProcessId> began = ProcessId.of(process.pid());
    return began.isPresent() ? kept(began.get()) : new Done.Taken();
  }

  /** One that would not be found again is ended: the next start would double it. */
  private Done kept(ProcessId process) {
    ProcessTree tree = new ProcessTree(List.of(process));
    try {
      keep(process);
      return new Done.Taken();
    } catch (IOException unkept) {
      tree.living().forEach(ProcessTree::kill);
      return new Done.Not(
          "it was started and ended again: its pid file "
              + pidFile
              + " cannot be written, so it would not be found again (make room, or make its"
              + " directory yours)");
    }
  }

  private Optional<Path> program() {
    String name = command.getFirst();
    return directory
        .filter(_ -> name.contains("/"))
        .map(place -> place.resolve(name).normalize())
        .map(Path::toString)
        .map(tool::program)
        .orElseGet(() -> tool.program(name));
  }

  private void keep(ProcessId process) throws IOException {
    Path next = pidFile.resolveSibling(pidFile.getFileName() + ".next");
    Files.writeString(next, process.text() + "\n");
    Files.move(next, pidFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** A log of more than 64 MB is put aside. It may hold anything, so only its owner reads it. */
  private void makeRoom() throws IOException {
    for (Path file : List.of(pidFile, logFile)) {
      Files.createDirectories(Optional.ofNullable(file.getParent()).orElse(Path.of(".")));
    }
    if (Files.exists(logFile) && Files.size(logFile) > MOST_LOG) {
      Files.move(
          logFile,
          logFile.resolveSibling(logFile.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(logFile)) {
      Files.createFile(
          logFile,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
  }

  private LogFiles logs() {
    return new LogFiles(List.of(logFile));
  }

  @Override
  public LogMark mark(Instant now, Deadline deadline) {
    return logs().mark(now);
  }

  @Override
  public Logged since(LogMark mark, Deadline deadline) {
    return logs().since(mark);
  }

  @Override
  public Logged newest(int lines, Deadline deadline) {
    return logs().newest(lines);
  }
}
