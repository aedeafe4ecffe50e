package dev.countermand.command.stack;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.countermand.benchmarks.Learner;
import dev.countermand.embedded.FlinkCluster;
import dev.countermand.embedded.Progress;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Waits;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.streams.flink.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Learns on a Flink of its own, with state in RocksDB. The JVM must be one of a JDK. */
public final class ClusterLearner implements Learner {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final FlinkCluster cluster;
  private final FlinkRest flink;
  private final String job;

  /**
   * Starts the Flink and the job.
   *
   * @param directory an empty one
   * @param kafka reached without a password
   */
  public ClusterLearner(
      KafkaSettings kafka, Path directory, Instant from, Instant to, Progress progress) {
    this.cluster =
        FlinkCluster.start(
            directory.resolve("flink"), FlinkCluster.Options.defaults().withProgress(progress));
    try {
      this.flink = new FlinkRest(cluster.rest());
      Path config = directory.resolve("countermand.yaml");
      Files.writeString(
          config,
          "kafka: {bootstrap: \"%s\", topic-prefix: %s}\n"
              .formatted(kafka.bootstrap(), kafka.topics().prefix()));
      this.job =
          flink.submit(
              List.of(
                  "--config", config.toString(), "--from", from.toString(), "--to", to.toString()),
              null,
              0);
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return Waits.until(limit, LOOK, this::ended).isPresent();
  }

  private Optional<Boolean> ended() {
    String state = flink.state(job);
    if (state.equals("FAILED") || state.equals("CANCELED")) {
      throw new CountermandException(
          "LEARNING_FAILED", "The learning job is " + state + "; the log of Flink says why.");
    }
    return state.equals("FINISHED") ? Optional.of(true) : Optional.empty();
  }

  @Override
  public Optional<Summary> progress() {
    return Optional.of(flink.summary(job));
  }

  @Override
  public long heapBytes() {
    return cluster.taskManagerPids().stream().mapToLong(ClusterLearner::heapBytes).sum();
  }

  private static long heapBytes(long pid) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try (JMXConnector connector =
          JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()))) {
        MemoryMXBean memory =
            ManagementFactory.newPlatformMXBeanProxy(
                connector.getMBeanServerConnection(),
                ManagementFactory.MEMORY_MXBEAN_NAME,
                MemoryMXBean.class);
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
      } finally {
        machine.detach();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (AttachNotSupportedException e) {
      throw new IllegalStateException("the heap of process " + pid + " cannot be seen", e);
    }
  }

  @Override
  public long checkpointBytes() {
    return flink.checkpoints(job).at("/latest/completed/state_size").asLong();
  }

  @Override
  public Optional<Long> rocksDbBytes() {
    Path directory = cluster.temporary();
    Size size = new Size(directory);
    try {
      Files.walkFileTree(directory, size);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Optional.of(size.bytes);
  }

  @Override
  public void close() {
    cluster.close();
  }

  /** Of the files in directories that are called as RocksDB's are; they come and go meanwhile. */
  private static final class Size extends SimpleFileVisitor<Path> {
    private static final Path DATABASE = Path.of("db");

    private final Path root;
    private long bytes;

    Size(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      for (Path name : root.relativize(file)) {
        if (name.equals(DATABASE)) {
          bytes += attributes.size();
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException gone) {
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException gone) {
      return FileVisitResult.CONTINUE;
    }
  }
}
