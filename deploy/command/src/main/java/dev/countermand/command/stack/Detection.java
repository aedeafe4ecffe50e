package dev.countermand.command.stack;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.grant.GrantPolicy;
import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.TaskGrant;
import dev.countermand.detectors.understand.EnvironmentNames;
import dev.countermand.policies.CedarPolicy;
import dev.countermand.policies.OpaPolicy;
import dev.countermand.policies.OpaServer;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.config.TaskSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the scoring of a deployment: every detector, and what the configuration tells them. */
public final class Detection {
  private static final Logger log = LoggerFactory.getLogger(Detection.class);

  private Detection() {}

  /**
   * The scoring that a configuration describes.
   *
   * @throws dev.countermand.runtime.CountermandException POLICY_INVALID, POLICY_ENGINE_UNAVAILABLE,
   *     FILE_UNREADABLE or SECRET_UNREADABLE when its policy cannot be had
   */
  public static Scoring of(Configuration config, MeterRegistry meters) {
    TaskSettings tasks = config.tasks();
    return Scoring.standard(EnvironmentNames.of(config.scoring().environments()))
        .with(
            new Grants(
                agent -> tasks.profile(agent).map(profile -> profile.grant(agent)).orElse(null),
                policy(tasks.policy(), meters)));
  }

  private static GrantPolicy policy(TaskSettings.Policy policy, MeterRegistry meters) {
    return switch (policy.engine()) {
      case TASK -> TaskGrant.BUILT_IN;
      case CEDAR -> CedarPolicy.read(Objects.requireNonNull(policy.file()), policy.entities());
      case OPA -> opa(policy, meters);
    };
  }

  private static GrantPolicy opa(TaskSettings.Policy policy, MeterRegistry meters) {
    OpaServer server =
        OpaServer.at(Objects.requireNonNull(policy.url()), policy.path())
            .withDeadline(policy.deadline());
    OpaPolicy opa =
        new OpaPolicy(
            policy.token() == null ? server : server.withToken(policy.token()),
            TaskGrant.BUILT_IN,
            meters);
    if (!opa.check()) {
      log.warn("Open Policy Agent does not answer: until it does, the clauses of tasks decide");
    }
    return opa;
  }
}
