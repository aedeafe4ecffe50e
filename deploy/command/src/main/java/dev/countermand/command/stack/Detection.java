package dev.countermand.command.stack;

import dev.countermand.detectors.Scoring;
import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.TaskGrant;
import dev.countermand.detectors.understand.EnvironmentNames;
import dev.countermand.runtime.config.Configuration;

/** Makes the scoring of a deployment: every detector, and what the configuration tells them. */
public final class Detection {
  private Detection() {}

  /** The scoring that a configuration describes. */
  public static Scoring of(Configuration config) {
    return Scoring.standard(EnvironmentNames.of(config.scoring().environments()))
        .with(
            new Grants(
                agent ->
                    config.tasks().profile(agent).map(profile -> profile.grant(agent)).orElse(null),
                TaskGrant.BUILT_IN));
  }
}
