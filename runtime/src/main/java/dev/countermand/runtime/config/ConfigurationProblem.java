package dev.countermand.runtime.config;

/**
 * What is wrong with a value of the configuration. Its message names keys and what is expected,
 * never the value: only messages of this class are shown.
 */
final class ConfigurationProblem extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  ConfigurationProblem(String message) {
    super(message);
  }
}
