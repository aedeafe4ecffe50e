package dev.countermand.testkit;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Skips a test where no container engine answers. */
final class NeedsEngine implements ExecutionCondition {
  private static final Logger LOG = LoggerFactory.getLogger(NeedsEngine.class);
  private static final String NO_ENGINE =
      "no container engine answers; start Docker or Podman, or set DOCKER_HOST";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (DockerClientFactory.instance().isDockerAvailable()) {
      return ConditionEvaluationResult.enabled("a container engine answers");
    }
    LOG.warn("{} is skipped: {}", context.getDisplayName(), NO_ENGINE);
    return ConditionEvaluationResult.disabled(NO_ENGINE);
  }
}
