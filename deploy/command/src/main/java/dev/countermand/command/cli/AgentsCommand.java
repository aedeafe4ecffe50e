package dev.countermand.command.cli;

import dev.countermand.model.ContainmentState;
import dev.countermand.model.Task;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.CompactedView;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The agents that have a task or were contained. */
@Command(
    name = "agents",
    description = "Lists the agents that have a task or were contained, and whether they may act.")
final class AgentsCommand implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  private record Agent(@Nullable Task task, @Nullable ContainmentState state) {}

  @Override
  public Integer call() {
    KafkaSettings kafka = config.load().kafka().settings();
    Topics topics = kafka.topics();
    Map<String, Agent> agents = new TreeMap<>();
    try (CompactedView<Task> tasks = new CompactedView<>(kafka, topics.tasks(), Task.CODEC);
        CompactedView<ContainmentState> states =
            new CompactedView<>(kafka, topics.containmentState(), ContainmentState.CODEC)) {
      tasks.awaitCaughtUp(DEADLINE).all().forEach(t -> agents.put(t.agentId(), new Agent(t, null)));
      states
          .awaitCaughtUp(DEADLINE)
          .all()
          .forEach(
              s ->
                  agents.merge(
                      s.agentId(), new Agent(null, s), (old, fresh) -> new Agent(old.task(), s)));
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("AGENT", "STATE", "SINCE", "TASK", "WHY"));
    Instant now = Instant.now();
    agents.forEach((id, agent) -> show(id, agent, now, rows));
    output.table(rows);
    return 0;
  }

  private void show(String id, Agent agent, Instant now, List<List<String>> rows) {
    ContainmentState state = agent.state();
    Task task = agent.task();
    String status = state == null ? "active" : state.status().wireName();
    String purpose = task != null && task.grantsAt(now) ? task.purpose() : "-";
    rows.add(
        List.of(
            id,
            status,
            state == null ? "-" : state.time().truncatedTo(ChronoUnit.SECONDS).toString(),
            purpose,
            state == null ? "-" : state.reason()));
    output.line(
        Json.mapper()
            .createObjectNode()
            .put("agent", id)
            .put("state", status)
            .put("since", state == null ? null : state.time().toString())
            .put("task", task == null ? null : task.id())
            .put("reason", state == null ? null : state.reason()));
  }
}
