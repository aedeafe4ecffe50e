package dev.countermand.command.stack;

import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.SecretRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists the secrets that a configuration names. */
final class ConfiguredSecrets {
  private final List<Named> all = new ArrayList<>();

  private ConfiguredSecrets() {}

  /**
   * A secret.
   *
   * @param owner what has it, in words
   */
  record Named(String owner, SecretRef secret) {}

  /** Every one. */
  static List<Named> all(Configuration config) {
    ConfiguredSecrets secrets = new ConfiguredSecrets();
    secrets.parts(config);
    secrets.add("elasticsearch key", config.elasticsearch().apiKey());
    secrets.add("kibana key", config.kibana().apiKey());
    secrets.add("tasks.policy", config.tasks().policy().token());
    return List.copyOf(secrets.all);
  }

  /** Those of sources, operators, users, providers and streams. */
  static List<Named> ofParts(Configuration config) {
    ConfiguredSecrets secrets = new ConfiguredSecrets();
    secrets.parts(config);
    return List.copyOf(secrets.all);
  }

  private void parts(Configuration config) {
    config.gateway().sources().forEach(one -> add("source " + one.name(), one.token()));
    config.gateway().operators().forEach(one -> add("operator " + one.name(), one.token()));
    config.console().users().forEach((name, user) -> add("console user " + name, user.token()));
    config
        .containment()
        .providers()
        .forEach(
            (name, provider) -> {
              add("provider " + name, provider.password());
              add("provider " + name, provider.clientSecret());
              add("provider " + name, provider.token());
            });
    config
        .containment()
        .signals()
        .streams()
        .forEach(
            (name, stream) -> {
              add("stream " + name, stream.token());
              add("stream " + name, stream.pushToken());
            });
  }

  private void add(String owner, @Nullable SecretRef secret) {
    if (secret != null) {
      all.add(new Named(owner, secret));
    }
  }
}
