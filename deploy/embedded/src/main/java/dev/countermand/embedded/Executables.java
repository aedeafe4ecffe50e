package dev.countermand.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;

/** Programs that servers are started with. */
final class Executables {
  private Executables() {}

  /** Whether a program of this name stands in one of the directories of a {@code PATH}. */
  static boolean onPath(String program, String searchPath) {
    for (String directory : searchPath.split(File.pathSeparator, -1)) {
      if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * The option of a JVM that says how far it compiles: up to the tier that the environment variable
   * {@code COUNTERMAND_TIER} names, all the way where it names none. Servers that live for a
   * minute, as in tests, take much less of a processor with tier 1.
   */
  static String compilesTo() {
    return "-XX:TieredStopAtLevel=" + System.getenv().getOrDefault("COUNTERMAND_TIER", "4");
  }

  /** The {@code java} of the JVM that runs this. */
  static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
