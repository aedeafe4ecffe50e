package dev.countermand.detectors;

import dev.countermand.detectors.baseline.Feature;
import dev.countermand.model.Baseline;
import dev.countermand.model.Credential;
import java.util.Optional;
import java.util.function.Function;

/**
 * What scoring is told of the world beside the action, its task and the state of its agent. While
 * one action is scored both functions answer the same thing every time.
 *
 * @param credentials the registered credential of a fingerprint
 * @param baselines what was learned, by the key of its topic, {@link Baseline#key()}
 */
public record Known(
    Function<String, Optional<Credential>> credentials,
    Function<String, Optional<Baseline>> baselines) {

  /** No credential is registered and nothing was learned. */
  public static final Known NOTHING = credentials(fingerprint -> Optional.empty());

  /** Registered credentials, and nothing learned. */
  public static Known credentials(Function<String, Optional<Credential>> registry) {
    return new Known(registry, key -> Optional.empty());
  }

  /** What is registered of a fingerprint. */
  public Optional<Credential> credential(String fingerprint) {
    return credentials.apply(fingerprint);
  }

  /**
   * What was learned.
   *
   * @param subject for instance {@code agent:billing-coder}
   */
  public Optional<Baseline> baseline(String subject, Feature feature) {
    return baseline(subject, feature.wireName());
  }

  /**
   * What was learned.
   *
   * @param subject for instance {@code agent:billing-coder}
   * @param feature as {@link Baseline#feature()} names it
   */
  public Optional<Baseline> baseline(String subject, String feature) {
    return baselines.apply(Baseline.key(subject, feature));
  }
}
