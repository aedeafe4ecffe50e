package dev.countermand.command.cli;

import dev.countermand.model.Topics;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The command under a configuration of its own, with topics of its own on the tests' Kafka. */
final class CommandsOnKafka {
  private final Topics topics;
  private final Path config;

  /**
   * Writes the configuration, {@code countermand.yaml}; its data is below {@code data}.
   *
   * @param directory where
   * @param name what its topics are called after
   * @param more what it has beside its data and Kafka
   */
  CommandsOnKafka(Path directory, String name, String more) throws IOException {
    this.topics = new Topics(KafkaProbe.uniqueName(name));
    this.config =
        Files.writeString(
            directory.resolve("countermand.yaml"),
            "data: %s/data\nkafka: {bootstrap: \"%s\", topic-prefix: %s, partitions: 2}\n%s"
                .formatted(
                    directory, TestServers.kafka().bootstrapServers(), topics.prefix(), more));
  }

  /** Makes its topics now, for what reads them before a command does. */
  CommandsOnKafka withTopics() {
    new TopicAdmin(new KafkaSettings(TestServers.kafka().bootstrapServers(), topics, Map.of()))
        .ensure(topics.all(), 2, 1);
    return this;
  }

  Path config() {
    return config;
  }

  Topics topics() {
    return topics;
  }

  /** Calls the command with nothing on its standard input. */
  Invocation call(String... words) {
    return callWith("", words);
  }

  /** Calls the command with something on its standard input. */
  Invocation callWith(String input, String... words) {
    return callUnder(config, input, words);
  }

  /** Calls the command under another configuration. */
  static Invocation callUnder(Path config, String input, String... words) {
    String[] all = Arrays.copyOf(words, words.length + 2);
    all[words.length] = "--config";
    all[words.length + 1] = config.toString();
    return Invocation.of(input, all);
  }
}
