package dev.countermand.streams.flink;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * The learning job as the main class of a job jar, for a Flink of its own. State backend, place of
 * checkpoints and parallelism are those of the cluster or of who submits.
 *
 * <p>Arguments, each a name and its value: {@code --config} the file of the configuration, on the
 * machine of the JobManager, of which the part {@code kafka} counts; {@code --from} the first
 * instant that is learned from, the last 30 days without it; {@code --to} the end, for a run over
 * what is on the topic now that ends; {@code --checkpoint-every} milliseconds.
 */
public final class LearningMain {
  /** What the job is called in Flink. */
  public static final String JOB = "countermand-learning";

  private static final Duration LEARNED_AT_FIRST = Duration.ofDays(30);

  private LearningMain() {}

  /**
   * Submits the job to the cluster that calls.
   *
   * @throws CountermandException FLINK_ARGUMENT_INVALID
   */
  public static void main(String[] args) throws Exception {
    Map<String, String> given = arguments(args);
    String file = given.get("--config");
    Configuration config =
        file == null ? ConfigurationLoader.defaults() : ConfigurationLoader.load(Path.of(file));
    Instant now = Instant.now();
    Instant from = instant(given.getOrDefault("--from", now.minus(LEARNED_AT_FIRST).toString()));
    @Nullable Instant to = given.containsKey("--to") ? instant(given.get("--to")) : null;
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    LearningSettings settings =
        LearningSettings.of(config.kafka().settings(), config.data().resolve("learning"));
    Duration every =
        given.containsKey("--checkpoint-every")
            ? millis(given.get("--checkpoint-every"))
            : settings.checkpointEvery();
    env.configure(JobOptions.of(every, to != null));
    LearningTopology.build(env, settings, from, to);
    env.execute(JOB);
  }

  private static Map<String, String> arguments(String[] args) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.length; i += 2) {
      boolean known =
          args[i].equals("--config")
              || args[i].equals("--from")
              || args[i].equals("--to")
              || args[i].equals("--checkpoint-every");
      if (!known || i + 1 == args.length) {
        throw new CountermandException(
            "FLINK_ARGUMENT_INVALID",
            "The job takes --config, --from, --to and --checkpoint-every, each with a value.");
      }
      given.put(args[i], args[i + 1]);
    }
    return given;
  }

  private static Duration millis(String text) {
    try {
      return Duration.ofMillis(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new CountermandException(
          "FLINK_ARGUMENT_INVALID", "--checkpoint-every is a number of milliseconds.", e);
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new CountermandException(
          "FLINK_ARGUMENT_INVALID",
          "--from and --to are instants such as 2026-11-20T09:00:00Z.",
          e);
    }
  }
}
