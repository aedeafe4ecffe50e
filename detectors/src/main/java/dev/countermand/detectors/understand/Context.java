package dev.countermand.detectors.understand;

import org.jspecify.annotations.Nullable;

/**
 * Where a text runs.
 *
 * @param depth how many scripts contain it
 * @param remote whether it runs on another machine, where nobody rebuilds what is gone
 * @param environment what the way there says, {@code local} at the start
 * @param directory the working directory as far as the text sets it, or null
 * @param workspace the directory the agent works in, or null when nobody says
 */
record Context(
    int depth,
    boolean remote,
    String environment,
    @Nullable String directory,
    @Nullable String workspace) {
  static final int MAX_DEPTH = 8;
  static final Context START = new Context(0, false, Environments.LOCAL, null, null);

  /** A start in the directory that the agent works in. */
  static Context startingIn(@Nullable String workspace) {
    if (workspace == null || !workspace.startsWith("/") || workspace.length() == 1) {
      return START;
    }
    return new Context(0, false, Environments.LOCAL, null, Paths.normal(workspace, null));
  }

  Context deeper() {
    return new Context(depth + 1, remote, environment, directory, workspace);
  }

  Context elsewhere(String newEnvironment) {
    return new Context(depth + 1, true, newEnvironment, null, null);
  }

  Context in(@Nullable String newDirectory) {
    return new Context(depth, remote, environment, newDirectory, workspace);
  }

  boolean tooDeep() {
    return depth > MAX_DEPTH;
  }
}
