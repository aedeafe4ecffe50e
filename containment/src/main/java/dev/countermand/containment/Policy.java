package dev.countermand.containment;

import dev.countermand.model.Credential;
import dev.countermand.runtime.config.ContainmentSettings;
import java.util.Optional;
import java.util.Set;

/** What the configuration allows. Immutable. */
final class Policy {
  private final ContainmentSettings.Mode mode;
  private final Set<String> agents;
  private final Set<String> credentials;

  Policy(ContainmentSettings config) {
    this.mode = config.mode();
    this.agents = Set.copyOf(config.protect().agents());
    this.credentials = Set.copyOf(config.protect().credentials());
  }

  /** How far containment goes by itself. */
  ContainmentSettings.Mode mode() {
    return mode;
  }

  /** Whether an agent must never be contained. */
  boolean protectsAgent(String agentId) {
    return agents.contains(agentId);
  }

  /** Whether a credential must never be taken away; registered or not. */
  boolean protectsCredential(String fingerprint, Optional<Credential> registered) {
    return credentials.contains(fingerprint)
        || registered
            .filter(
                credential ->
                    credentials.contains(credential.name())
                        || credentials.contains(credential.fingerprint())
                        || credential.previous().stream().anyMatch(credentials::contains))
            .isPresent();
  }
}
