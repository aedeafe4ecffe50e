package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.DiscoveryOnly;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.util.Optional;

/** Makes discoverers for Kafka clusters. */
public final class KafkaProviderFactory implements RevokerFactory {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new DiscoveryOnly(
        name,
        type(),
        "Deny the user everything with kafka-acls --add --deny-principal, which also holds for"
            + " open connections, and delete its SCRAM credential with kafka-configs.");
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    String bootstrap = new ProviderKeys(name, type()).required("url", config.url());
    return Optional.of(
        new KafkaDiscoverer(
            name,
            new KafkaSettings(bootstrap, new Topics(Topics.DEFAULT_PREFIX), config.client()),
            config.timeout()));
  }
}
