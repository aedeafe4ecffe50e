package dev.countermand.containment;

import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.ConfigurationLoader;
import dev.countermand.runtime.config.ContainmentSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Providers as a configuration file describes them. */
public final class Providers {
  private Providers() {}

  /** A provider by the keys of its section. */
  public static ContainmentSettings.Provider of(
      String type, Duration timeout, Map<String, ?> keys) {
    Map<String, Object> all = new HashMap<>(keys);
    all.put("type", type);
    all.put("timeout", timeout.toMillis() + "ms");
    // JSON is YAML.
    return ConfigurationLoader.read(
        Json.mapper().valueToTree(all).toString(),
        "a test's provider",
        ContainmentSettings.Provider.class);
  }

  /** A reference to a secret, in a file of its own. */
  public static Map<String, String> secret(Path file, String secret) {
    try {
      return Map.of("file", Files.writeString(file, secret).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
