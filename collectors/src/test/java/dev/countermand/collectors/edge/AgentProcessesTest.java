package dev.countermand.collectors.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** With real processes. */
@EnabledOnOs(OS.LINUX)
class AgentProcessesTest {
  private static final String MARKER = "COUNTERMAND_EDGE=the-run";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ProcessTable table = new ProcessTable(Path.of("/proc"));
  private final List<AgentProcesses> started = new ArrayList<>();
  private final List<Process> bystanders = new ArrayList<>();

  @AfterEach
  void endAll() throws Exception {
    for (AgentProcesses one : started) {
      one.end(LIMIT);
    }
    bystanders.forEach(Process::destroyForcibly);
  }

  private AgentProcesses run(String script) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "/bin/sh", "-c", script);
    builder.environment().put("COUNTERMAND_EDGE", "the-run");
    long pid = builder.start().pid();
    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> table.find(pid).filter(one -> one.session() == pid).isPresent());
    AgentProcesses processes = new AgentProcesses(table, table.find(pid).orElseThrow(), MARKER);
    started.add(processes);
    return processes;
  }

  private Process bystander() throws IOException {
    Process process = new ProcessBuilder("/bin/sleep", "300").start();
    bystanders.add(process);
    Awaitility.await().atMost(LIMIT).until(() -> state(process) == 'S');
    return process;
  }

  private char state(Process process) {
    return table.find(process.pid()).map(Proc::state).orElse('-');
  }

  @Test
  void aPidThatAnotherProcessHasNowIsNotSignalled() throws Exception {
    Process bystander = bystander();
    Proc now = table.find(bystander.pid()).orElseThrow();
    Proc before =
        new Proc(now.pid(), now.parent(), now.group(), now.pid(), now.state(), now.start() - 1);
    AgentProcesses stale = new AgentProcesses(table, before, MARKER);

    assertThat(stale.look()).isEmpty();
    assertThat(stale.stop(LIMIT).done()).isTrue();
    assertThat(stale.end(LIMIT).done()).isTrue();
    stale.pass("KILL");
    assertThat(state(bystander)).isEqualTo('S');
    assertThat(bystander.isAlive()).isTrue();
  }

  @Test
  void whoeverIsNotOfTheCommandIsLeftAlone() throws Exception {
    Process bystander = bystander();
    AgentProcesses processes = run("sleep 300 & sleep 300");
    Awaitility.await().atMost(LIMIT).until(() -> processes.look().size() == 3);
    assertThat(processes.stop(LIMIT).done()).isTrue();
    assertThat(processes.look()).hasSize(3).allMatch(Proc::isStopped);
    assertThat(state(bystander)).isEqualTo('S');
    assertThat(processes.go(LIMIT).done()).isTrue();
    assertThat(processes.look()).hasSize(3).noneMatch(Proc::isStopped);
    assertThat(processes.end(LIMIT).done()).isTrue();
    assertThat(processes.look()).isEmpty();
    assertThat(state(bystander)).isEqualTo('S');
  }

  @Test
  void processesThatForkWithoutEndAreAllStopped() throws Exception {
    AgentProcesses processes =
        run("for i in 1 2 3; do (while :; do sleep 0.05 & sleep 0.01; done) & done; wait");
    Awaitility.await().atMost(LIMIT).until(() -> processes.look().size() > 10);
    AgentProcesses.Result stopped = processes.stop(LIMIT);
    assertThat(stopped.done()).as(stopped.detail()).isTrue();
    Awaitility.await()
        .during(Duration.ofMillis(300))
        .atMost(LIMIT)
        .until(
            () -> processes.look().stream().allMatch(one -> one.isStopped() || one.isInKernel()));
    assertThat(processes.end(LIMIT).done()).isTrue();
  }

  @Test
  void whatLeftSessionAndParentIsKnownByTheMarkerAndWithoutItByHavingBeenSeen() throws Exception {
    AgentProcesses marked = run("setsid sh -c 'sleep 301 & ' & sleep 300");
    Awaitility.await().atMost(LIMIT).until(() -> isThere(marked, "301"));
    AgentProcesses seen = run("env -i setsid sh -c 'sleep 302 & sleep 1' & sleep 300");
    Awaitility.await().atMost(LIMIT).until(() -> isThere(seen, "302"));
    // Its parent ends, and with it the last sign of where it came from.
    Awaitility.await().atMost(LIMIT).until(() -> !isThere(seen, "sleep\0001\000"));
    assertThat(isThere(seen, "302")).isTrue();
    for (AgentProcesses one : List.of(marked, seen)) {
      assertThat(one.end(LIMIT).done()).isTrue();
      assertThat(one.look()).isEmpty();
    }
  }

  private static boolean isThere(AgentProcesses processes, String word) throws IOException {
    for (Proc one : processes.look()) {
      Path line = Path.of("/proc", Long.toString(one.pid()), "cmdline");
      try {
        String text = Files.readString(line);
        if (text.startsWith("sleep\0") && text.contains(word)) {
          return true;
        }
      } catch (IOException e) {
        // It has ended since.
      }
    }
    return false;
  }

  @Test
  void aNameWithBracketsAndSpacesCannotPassForAnotherState(@TempDir Path root) throws IOException {
    Files.createDirectories(root.resolve("77"));
    Files.writeString(
        root.resolve("77/stat"),
        "77 (a) T 1 1 1 () S 5 70 60 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 4242 0 0\n");
    Files.createDirectories(root.resolve("78"));
    Map<Long, Proc> all = new ProcessTable(root).read();
    assertThat(all).containsOnlyKeys(77L);
    assertThat(all.get(77L)).isEqualTo(new Proc(77, 5, 70, 60, 'S', 4242));
  }
}
