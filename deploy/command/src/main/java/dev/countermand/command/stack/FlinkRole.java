package dev.countermand.command.stack;

import dev.countermand.embedded.FlinkCluster;
import dev.countermand.embedded.Progress;
import dev.countermand.runtime.config.Configuration;
import java.net.URI;

/** A Flink of its own on this machine whose processes are started again when they end. */
public final class FlinkRole implements AutoCloseable {
  private final Stopping stopping;
  private final FlinkCluster cluster;

  private FlinkRole(Stopping stopping, FlinkCluster cluster) {
    this.stopping = stopping;
    this.cluster = cluster;
  }

  /**
   * Starts it, with its files under {@code flink} in the data directory.
   *
   * @throws dev.countermand.embedded.EmbeddedServerException as {@link FlinkCluster#start}
   * @throws dev.countermand.runtime.CountermandException DATA_IN_USE
   */
  public static FlinkRole start(
      Configuration config, int taskManagers, int port, Progress progress) {
    Stopping stopping = new Stopping();
    try {
      var directory = config.data().toAbsolutePath().resolve("flink");
      stopping.started(DataLock.of(directory));
      FlinkCluster cluster =
          stopping.started(
              FlinkCluster.start(
                  directory,
                  FlinkCluster.Options.defaults()
                      .withPort(port)
                      .withTaskManagers(taskManagers)
                      .withProgress(progress)));
      stopping.started(new Keeper("Flink", cluster::isAlive, cluster::restart));
      return new FlinkRole(stopping, cluster);
    } catch (RuntimeException e) {
      stopping.close();
      throw e;
    }
  }

  /** The address of its REST API. */
  public URI rest() {
    return cluster.rest();
  }

  /** Returns when it was closed, for instance by Ctrl-C. */
  public void await() throws InterruptedException {
    stopping.await();
  }

  @Override
  public void close() {
    stopping.close();
  }
}
