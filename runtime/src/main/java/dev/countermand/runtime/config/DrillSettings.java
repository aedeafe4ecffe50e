package dev.countermand.runtime.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/**
 * The regular test of containment on credentials that nobody needs.
 *
 * @param credentials names or fingerprints of these canaries, one for each provider; none by
 *     default, which is no drill
 * @param every how often; 24 h by default
 * @param within how long until one must be proved dead; 30 s by default
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructor puts the default
public record DrillSettings(List<String> credentials, Duration every, Duration within) {
  /** No drill. */
  public static final DrillSettings NONE = new DrillSettings(null, null, null);

  public DrillSettings {
    credentials = credentials == null ? List.of() : List.copyOf(credentials);
    every = Values.or(every, Duration.ofHours(24));
    within = Values.or(within, Duration.ofSeconds(30));
    if (every.isNegative() || every.isZero() || within.isNegative() || within.isZero()) {
      throw new ConfigurationProblem(
          "containment.drill.every and containment.drill.within must be positive");
    }
  }
}
