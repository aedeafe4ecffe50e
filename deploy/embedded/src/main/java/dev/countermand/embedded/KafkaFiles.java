package dev.countermand.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;

/**
 * What a broker needs on disk: its configuration, its logging configuration and a formatted data
 * directory.
 */
record KafkaFiles(Path directory) {
  private static final int NODE = 1;
  private static final String CONTROLLER = "CONTROLLER";

  Path configuration() {
    return directory.resolve("server.properties");
  }

  Path logging() {
    return directory.resolve("log4j2.properties");
  }

  Path log() {
    return directory.resolve("kafka.log");
  }

  Path output() {
    return directory.resolve("kafka.out");
  }

  Path arguments() {
    return directory.resolve("java.arguments");
  }

  /** The class archive that the first JVM on this machine leaves when it stops. */
  Path archive() {
    return directory.resolve("kafka.jsa");
  }

  private Path data() {
    return directory.resolve("data");
  }

  /** Writes the configuration anew, and formats the data directory when it is not. */
  void write(int port, int scramPort, int controllerPort, Map<String, String> settings)
      throws IOException {
    Trees.createPrivate(directory);
    Properties properties = new Properties();
    properties.putAll(defaults());
    properties.putAll(settings);
    properties.putAll(fixed(port, controllerPort));
    if (scramPort != 0) {
      properties.putAll(scram(port, scramPort, controllerPort));
    }
    try (Writer writer = Files.newBufferedWriter(configuration())) {
      properties.store(writer, "Written at every start.");
    }
    try (InputStream logging = KafkaFiles.class.getResourceAsStream("kafka-log4j2.properties")) {
      if (logging == null) {
        throw new IOException("kafka-log4j2.properties is not on the class path");
      }
      Files.copy(logging, logging(), StandardCopyOption.REPLACE_EXISTING);
    }
    if (!Files.exists(data().resolve("meta.properties"))) {
      format();
    }
  }

  private Map<String, String> fixed(int port, int controllerPort) {
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        String.valueOf(NODE),
        "controller.quorum.voters",
        NODE + "@127.0.0.1:" + controllerPort,
        "listeners",
        "CLIENT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
        "advertised.listeners",
        "CLIENT://127.0.0.1:" + port,
        "inter.broker.listener.name",
        "CLIENT",
        "controller.listener.names",
        CONTROLLER,
        "listener.security.protocol.map",
        "CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs",
        data().toString());
  }

  /** A listener of its own, so that the broker's own connections need no login. */
  private static Map<String, String> scram(int port, int scramPort, int controllerPort) {
    String clients = "CLIENT://127.0.0.1:" + port + ",SCRAM://127.0.0.1:" + scramPort;
    return Map.of(
        "listeners",
        clients + ",CONTROLLER://127.0.0.1:" + controllerPort,
        "advertised.listeners",
        clients,
        "listener.security.protocol.map",
        "CLIENT:PLAINTEXT,SCRAM:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "listener.name.scram.sasl.enabled.mechanisms",
        "SCRAM-SHA-256",
        "listener.name.scram.scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
  }

  /**
   * Fit for one node that one machine uses: no replicas, few internal partitions, consumers that
   * join at once.
   */
  private static Map<String, String> defaults() {
    return Map.ofEntries(
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("default.replication.factor", "1"),
        Map.entry("min.insync.replicas", "1"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "4"),
        Map.entry("offsets.topic.segment.bytes", String.valueOf(8 << 20)),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "2"),
        Map.entry("transaction.state.log.segment.bytes", String.valueOf(8 << 20)),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "1"),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("log.segment.bytes", String.valueOf(64 << 20)),
        // A cleaner that starts with 128 MB of buffer would not fit the small heap.
        Map.entry("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20)),
        Map.entry("num.network.threads", "2"),
        Map.entry("num.io.threads", "4"),
        Map.entry("background.threads", "2"),
        // A killed broker may come back only when its session is over, by default after 9 s.
        Map.entry("broker.heartbeat.interval.ms", "500"),
        Map.entry("broker.session.timeout.ms", "3000"),
        Map.entry("log.index.size.max.bytes", String.valueOf(1 << 20)));
  }

  private void format() throws IOException {
    Files.createDirectories(data());
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
          .setNodeId(NODE)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(CONTROLLER)
          .setMetadataLogDirectory(data().toString())
          .addDirectory(data().toString())
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "the data directory " + data() + " cannot be formatted: " + e.getMessage(), e);
    }
  }
}
