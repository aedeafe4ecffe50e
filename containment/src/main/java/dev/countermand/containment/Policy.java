package dev.countermand.containment;

import dev.countermand.model.Credential;
import dev.countermand.runtime.config.ApprovalSettings;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.config.DrillSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What the configuration allows. Immutable. */
final class Policy {
  private final ContainmentSettings.Mode mode;
  private final Set<String> agents;
  private final Set<String> credentials;
  private final Ladder ladder;
  private final ApprovalSettings approvals;
  private final DrillSettings drill;
  private final Duration reassert;

  Policy(ContainmentSettings config) {
    this.mode = config.mode();
    this.agents = Set.copyOf(config.protect().agents());
    this.credentials = Set.copyOf(config.protect().credentials());
    this.ladder = new Ladder(config.ladder());
    this.approvals = config.approvals();
    this.drill = config.drill();
    this.reassert = config.reassert();
  }

  /** How far containment goes by itself. */
  ContainmentSettings.Mode mode() {
    return mode;
  }

  /** How hard orders take hold. */
  Ladder ladder() {
    return ladder;
  }

  /** How many must say yes to what cannot be taken back. */
  int persons() {
    return approvals.persons();
  }

  /** Whether the yes of whoever ordered is enough alone. */
  boolean allowsOwn() {
    return approvals.own();
  }

  /** After so long an order that waits is dropped. */
  Duration expire() {
    return approvals.expire();
  }

  /** How long a credential that was proved dead is looked at; zero is not at all. */
  Duration reassert() {
    return reassert;
  }

  /** Whether a credential is there to be taken away in drills. */
  boolean isCanary(Standing standing) {
    return drill.credentials().contains(standing.fingerprint())
        || drill.credentials().contains(standing.name());
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
