package dev.metaops.services;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Processes and whatever was seen to descend from them: the only ones that are ever signalled. One
 * whose pid is another's by now is not touched, and neither are we ourselves. Not thread-safe.
 */
final class ProcessTree {
  private final Set<ProcessId> members = new LinkedHashSet<>();

  ProcessTree(Collection<ProcessId> roots) {
    gather(roots);
    refresh();
  }

  /** More of the same service's. */
  void add(Collection<ProcessId> roots) {
    gather(roots);
  }

  private void gather(Collection<ProcessId> roots) {
    roots.stream()
        .filter(each -> each.pid() != ProcessHandle.current().pid())
        .forEach(members::add);
  }

  /** Those that live, with the children they have by now. */
  List<ProcessId> living() {
    refresh();
    return members.stream().filter(ProcessId::isAlive).toList();
  }

  private void refresh() {
    for (ProcessId member : List.copyOf(members)) {
      if (member.isAlive()) {
        handle(member).stream()
            .flatMap(ProcessHandle::descendants)
            .filter(child -> child.pid() != ProcessHandle.current().pid())
            .forEach(child -> ProcessId.of(child.pid()).ifPresent(members::add));
      }
    }
  }

  /** SIGTERM. */
  static void ask(ProcessId process) {
    handle(process).ifPresent(ProcessHandle::destroy);
  }

  /** SIGKILL. */
  static void kill(ProcessId process) {
    handle(process).ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Java compares the start once more when it signals. */
  private static Optional<ProcessHandle> handle(ProcessId process) {
    Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
    return process.isAlive() ? handle : Optional.empty();
  }
}
