package dev.countermand.command.cli;

import dev.countermand.command.stack.Roles;
import dev.countermand.command.stack.Stopping;
import dev.countermand.embedded.Progress;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.streams.flink.LearningJob;
import dev.countermand.streams.flink.Summary;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Learns what is normal. */
@Command(
    name = "learn",
    description =
        "Learns what is normal from scored actions, with Flink in this process: from the past and"
            + " as it goes, or with --bounded from the past alone.")
final class LearnCommand implements Callable<Integer> {
  private static final Duration TOLD_EVERY = Duration.ofSeconds(5);

  @Mixin private ConfigOption config = new ConfigOption();
  @Mixin private Output output = new Output();
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "WHEN",
      defaultValue = "30d",
      converter = MomentConverter.class,
      description =
          "The first event time to learn from: so long ago, or an instant. Default: 30d. A job that"
              + " goes on from a checkpoint does not read the past again.")
  private Instant from = Instant.EPOCH;

  @Option(
      names = "--to",
      paramLabel = "WHEN",
      converter = MomentConverter.class,
      description = "The end of what is learned from, with --bounded. Default: now.")
  private @Nullable Instant to;

  @Option(names = "--bounded", description = "Learn from what there is now, and end.")
  private boolean bounded;

  @Override
  public Integer call() throws InterruptedException {
    Instant end = to == null ? Instant.now() : to;
    if (spec != null && to != null && !bounded) {
      throw new ParameterException(spec.commandLine(), "--to is only for --bounded.");
    }
    if (spec != null && !from.isBefore(end)) {
      throw new ParameterException(spec.commandLine(), "--from must be before --to.");
    }
    Configuration configuration = config.load();
    Roles roles =
        new Roles(
            configuration,
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            InstantSource.system());
    roles.topics();
    Progress steps = new Steps();
    try (Stopping stopping = new Stopping()) {
      steps.step(
          "Learning from scored actions of "
              + configuration.kafka().bootstrap()
              + " since "
              + from
              + (bounded ? " until " + end + "." : ", and going on. Ctrl-C ends it."));
      LearningJob job =
          stopping.started(bounded ? roles.learningFromHistory(from, end) : roles.learning(from));
      while (!job.awaitEnd(TOLD_EVERY)) {
        Optional<Summary> now = job.progress();
        now.ifPresent(summary -> steps.step(sentence(summary)));
      }
      Summary summary = job.await();
      output.say(sentence(summary));
      output.line(
          Json.mapper()
              .createObjectNode()
              .put("from", from.toString())
              .put("to", end.toString())
              .put("samples", summary.samples())
              .put("keys", summary.keys())
              .put("windows", summary.windows())
              .put("late", summary.late())
              .put("unreadable", summary.unreadable())
              .put("refused", summary.refused()));
    }
    return 0;
  }

  private static String sentence(Summary summary) {
    return summary.samples()
        + " samples, "
        + summary.windows()
        + " windows and "
        + summary.keys()
        + " baselines learned; "
        + summary.late()
        + " samples came too late, "
        + summary.unreadable()
        + " records could not be read"
        + (summary.refused() == 0
            ? "."
            : "; " + summary.refused() + " windows belong to more peer groups than are learned.");
  }
}
