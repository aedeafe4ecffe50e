package dev.countermand.streams.flink;

import org.apache.flink.configuration.Configuration;

/** How Flink runs in this process. */
final class LocalFlink {
  private LocalFlink() {}

  static Configuration configuration(LearningSettings settings, boolean bounded) {
    Configuration c = JobOptions.of(settings.checkpointEvery(), bounded);
    c.setString("state.backend.type", settings.backend().type());
    c.setString("execution.checkpointing.dir", settings.checkpoints().toUri().toString());
    // Only this machine may ask the cluster in this process anything.
    c.setString("rest.bind-address", "127.0.0.1");
    c.setString("rest.address", "127.0.0.1");
    c.setString("rest.port", "0");
    c.setString("taskmanager.numberOfTaskSlots", Integer.toString(settings.parallelism()));
    c.setString("taskmanager.memory.managed.size", "128 mb");
    c.setString("taskmanager.memory.network.min", "32 mb");
    c.setString("taskmanager.memory.network.max", "32 mb");
    return c;
  }
}
