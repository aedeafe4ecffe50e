package dev.countermand.command.cli;

import dev.countermand.command.stack.FlinkRest;
import dev.countermand.command.stack.FlinkRole;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.CountermandException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The learning job on a Flink of its own. */
@Command(
    name = "flink",
    description =
        "Runs the learning job on a Flink of its own: a cluster on this machine, or any other by"
            + " its REST address.",
    subcommands = {
      FlinkCommand.Cluster.class,
      FlinkCommand.Submit.class,
      FlinkCommand.Savepoint.class
    })
final class FlinkCommand {

  /** Which Flink. */
  static final class RestOption {
    @Option(
        names = "--rest",
        paramLabel = "URL",
        description = "The REST address of the Flink. Default: ${DEFAULT-VALUE}.")
    private URI rest = URI.create("http://127.0.0.1:8081");

    FlinkRest flink() {
      return new FlinkRest(rest);
    }

    String runningJob(FlinkRest flink) {
      return flink
          .learningJob()
          .orElseThrow(
              () ->
                  new CountermandException(
                      "FLINK_JOB_UNKNOWN",
                      "No learning job runs on "
                          + rest
                          + ". Submit one with countermand flink submit."));
    }
  }

  /** A cluster. */
  @Command(
      name = "cluster",
      description =
          "Starts a JobManager and TaskManagers as processes of their own on 127.0.0.1, with"
              + " RocksDB for state, and starts again what ends, until Ctrl-C. Any user of this"
              + " machine can reach its REST API and run code in it.")
  static final class Cluster implements Callable<Integer> {
    @Mixin private ConfigOption config = new ConfigOption();

    @Option(
        names = "--task-managers",
        paramLabel = "N",
        description = "How many, with one slot each. Default: ${DEFAULT-VALUE}.")
    private int taskManagers = 2;

    @Option(
        names = "--port",
        description = "The port of the REST API; 0 for a free one. Default: ${DEFAULT-VALUE}.")
    private int port = 8081;

    @Override
    public Integer call() throws InterruptedException {
      Steps steps = new Steps();
      try (FlinkRole flink =
          FlinkRole.start(config.load(), Math.max(1, taskManagers), port, steps)) {
        steps.step("Flink answers at " + flink.rest() + "; Ctrl-C ends it");
        flink.await();
      }
      return 0;
    }
  }

  /** A job. */
  @Command(
      name = "submit",
      description = "Submits the learning job: one that goes on, or with --bounded one that ends.")
  static final class Submit implements Callable<Integer> {
    @Mixin private RestOption rest = new RestOption();
    @Mixin private Output output = new Output();

    @Option(
        names = {"-c", "--config"},
        paramLabel = "FILE",
        description =
            "The configuration, as the machine of the JobManager finds it; its part kafka counts."
                + " Default: the defaults.")
    private @Nullable Path config;

    @Option(
        names = "--from",
        paramLabel = "WHEN",
        converter = MomentConverter.class,
        description = "The first event time to learn from. Default: 30d.")
    private @Nullable Instant from;

    @Option(names = "--bounded", description = "Learn from what there is now, and end.")
    private boolean bounded;

    @Option(
        names = "--from-savepoint",
        paramLabel = "ADDRESS",
        description = "Go on from a savepoint or a retained checkpoint.")
    private @Nullable String savepoint;

    @Option(
        names = "--parallelism",
        paramLabel = "N",
        description = "Subtasks of each operator. Default: that of the cluster.")
    private int parallelism;

    @Override
    public Integer call() {
      List<String> arguments = new ArrayList<>();
      if (config != null) {
        arguments.addAll(List.of("--config", config.toAbsolutePath().toString()));
      }
      if (from != null) {
        arguments.addAll(List.of("--from", from.toString()));
      }
      if (bounded) {
        arguments.addAll(List.of("--to", Instant.now().toString()));
      }
      String job = rest.flink().submit(arguments, savepoint, parallelism);
      output.say("The learning job " + job + " is submitted.");
      output.line(Json.mapper().createObjectNode().put("job", job));
      return 0;
    }
  }

  /** A savepoint. */
  @Command(
      name = "savepoint",
      description = "Takes a savepoint of the learning job, from which it can go on.")
  static final class Savepoint implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Mixin private RestOption rest = new RestOption();
    @Mixin private Output output = new Output();

    @Option(names = "--stop", description = "Stop the job with it.")
    private boolean stop;

    @Option(
        names = "--directory",
        paramLabel = "ADDRESS",
        description = "Where it is kept. Default: where the cluster keeps savepoints.")
    private @Nullable String directory;

    @Override
    public Integer call() {
      FlinkRest flink = rest.flink();
      String job = rest.runningJob(flink);
      String taken =
          stop ? flink.stop(job, directory, LIMIT) : flink.savepoint(job, directory, LIMIT);
      output.say(taken);
      output.line(Json.mapper().createObjectNode().put("job", job).put("savepoint", taken));
      return 0;
    }
  }
}
