package dev.countermand.model;

import java.util.Map;

/**
 * A topic and the settings it is created with.
 *
 * @param name the whole name
 * @param partitions how many; 0 for as many as the configuration says
 * @param settings topic configuration by Kafka's own keys
 */
public record Topic(String name, int partitions, Map<String, String> settings) {
  /** Lists and maps are copied. */
  public Topic {
    settings = Map.copyOf(settings);
  }
}
