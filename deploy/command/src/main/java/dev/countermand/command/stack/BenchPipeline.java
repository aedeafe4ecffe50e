package dev.countermand.command.stack;

import dev.countermand.benchmarks.LatencyBench;
import dev.countermand.embedded.Ports;
import dev.countermand.embedded.Progress;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.ConfigurationLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The real pipeline in an empty directory, for benchmarks: gateway, Kafka, scoring and containment.
 * Learning and the index are left out, because no answer waits for them.
 */
public final class BenchPipeline implements AutoCloseable {
  private final Path directory;
  private final EmbeddedStack stack;
  private final String token;

  private BenchPipeline(Path directory, EmbeddedStack stack, String token) {
    this.directory = directory;
    this.stack = stack;
    this.token = token;
  }

  /** Starts it. */
  public static BenchPipeline start(Path directory, Progress progress) throws IOException {
    Configuration defaults =
        ConfigurationLoader.read(
            "data: "
                + directory.resolve("data")
                + "\nlearning: {enabled: false}\ngateway: {port: "
                + Ports.free()
                + "}",
            "bench");
    Configuration config = LocalSource.ensure(defaults, LocalSource.Speaks.FOR_MANY_AGENTS);
    EmbeddedStack stack =
        EmbeddedStack.start(
            config, new EmbeddedStack.Servers(0, 0, EmbeddedStack.Index.IS_LEFT_OUT), progress);
    return new BenchPipeline(directory, stack, config.gateway().sources().get(0).token().read());
  }

  /** Where the pipeline is. */
  public LatencyBench.Target target() throws IOException {
    return new LatencyBench.Target(
        stack.config().kafka().settings(),
        stack.gateway(),
        token,
        stack.config().kafka().partitions(),
        Files.createDirectories(directory.resolve("scratch")));
  }

  @Override
  public void close() {
    stack.close();
  }
}
