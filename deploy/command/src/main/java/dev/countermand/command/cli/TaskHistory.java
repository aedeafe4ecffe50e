package dev.countermand.command.cli;

import dev.countermand.model.AuditEvent;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.LogReader;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Who changed what agents are granted. */
@Command(
    name = "history",
    description = "Shows who opened and closed tasks, by which way, and what they granted.")
final class TaskHistory implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofSeconds(15);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();

  @Parameters(paramLabel = "AGENT", arity = "0..1", description = "Of this agent only.")
  private @Nullable String agent;

  @Override
  public Integer call() {
    Configuration configuration = config.load();
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("TIME", "WHAT", "AGENT", "BY", "VIA", "BEFORE", "AFTER"));
    new LogReader(configuration.kafka().settings())
            .read(configuration.kafka().settings().topics().audit(), AuditEvent.CODEC, DEADLINE)
            .stream()
            .filter(event -> agent == null || agent.equals(event.agentId()))
            .sorted(Comparator.comparing(AuditEvent::time).thenComparing(AuditEvent::id))
            .forEach(
                event -> {
                  output.document(AuditEvent.CODEC, event);
                  rows.add(
                      List.of(
                          event.time().truncatedTo(ChronoUnit.SECONDS).toString(),
                          event.operation(),
                          event.agentId() == null ? "-" : event.agentId(),
                          event.actor(),
                          event.via(),
                          event.before() == null ? "-" : event.before(),
                          event.after() == null ? "-" : event.after()));
                });
    output.table(rows);
    return 0;
  }
}
