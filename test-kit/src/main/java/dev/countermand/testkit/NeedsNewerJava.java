package dev.countermand.testkit;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Skips a test where no Java is installed that runs the newer Elasticsearch. */
final class NeedsNewerJava implements ExecutionCondition {
  /** What Elasticsearch 9 asks for. */
  static final int VERSION = 21;

  private static final Logger LOG = LoggerFactory.getLogger(NeedsNewerJava.class);
  private static final String NONE =
      "Elasticsearch 9 needs Java " + VERSION + " or newer, and none is in /usr/lib/jvm";

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (InstalledJava.atLeast(VERSION).isPresent()) {
      return ConditionEvaluationResult.enabled("a Java for Elasticsearch 9 is installed");
    }
    LOG.warn("{} is skipped: {}", context.getDisplayName(), NONE);
    return ConditionEvaluationResult.disabled(NONE);
  }
}
