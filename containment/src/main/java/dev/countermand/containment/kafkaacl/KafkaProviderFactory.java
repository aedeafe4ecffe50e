package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.model.Topics;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.InstantSource;
import java.util.Optional;

/** Makes revokers and discoverers for Kafka clusters. */
public final class KafkaProviderFactory implements RevokerFactory {

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new KafkaRevoker(
        name, new Cluster(name, settings(name, config), config.timeout()), InstantSource.system());
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    return Optional.of(new KafkaDiscoverer(name, settings(name, config), config.timeout()));
  }

  private KafkaSettings settings(String name, ContainmentSettings.Provider config) {
    String bootstrap = new ProviderKeys(name, type()).required("url", config.url());
    return new KafkaSettings(bootstrap, new Topics(Topics.DEFAULT_PREFIX), config.client());
  }
}
