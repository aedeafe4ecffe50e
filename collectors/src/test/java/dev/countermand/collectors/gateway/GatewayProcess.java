package dev.countermand.collectors.gateway;

import dev.countermand.model.Topics;
import dev.countermand.runtime.config.GatewaySettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A gateway in a process of its own, to be killed: data directory, bootstrap, topic prefix. */
final class GatewayProcess {
  private GatewayProcess() {}

  public static void main(String[] arguments) throws Exception {
    Path data = Path.of(arguments[0]);
    GatewaySettings config = GatewayFixture.config(data, Duration.ofSeconds(1), 1 << 30);
    KafkaSettings kafka = new KafkaSettings(arguments[1], new Topics(arguments[2]), Map.of());
    GatewayFixture fixture = GatewayFixture.start(kafka, data, config, Gateway.PATIENCE);
    System.out.println("PORT " + fixture.port);
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
