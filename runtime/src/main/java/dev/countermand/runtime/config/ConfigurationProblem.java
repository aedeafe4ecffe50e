package dev.countermand.runtime.config;

/**
 * What is wrong with a value of the configuration. Its message names keys and what is expected,
 * never the value: only messages of this class are shown.
 */
public final class ConfigurationProblem extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** A problem; the message never holds the value. */
  public ConfigurationProblem(String message) {
    super(message);
  }
}
