package dev.countermand.detectors.trail;

import dev.countermand.detectors.Orders;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Runs every detector over the trail of a credential. Pure and thread-safe, as {@link
 * dev.countermand.detectors.Scoring} is.
 */
public final class TrailScoring {
  private final List<TrailDetector> detectors;

  /** Scoring with these detectors, in the order of their ids. */
  public TrailScoring(List<TrailDetector> detectors) {
    this.detectors = detectors.stream().sorted(Comparator.comparing(TrailDetector::id)).toList();
  }

  /** Scoring with every detector on the class path. */
  public static TrailScoring standard() {
    return new TrailScoring(
        ServiceLoader.load(TrailDetector.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /**
   * What a touch completes.
   *
   * @param trail with the touch
   * @param findings in the order of the rules' ids
   * @param orders one for each finding that calls for containment
   * @param holders who has the credential, where that is news and it is registered
   */
  public record Result(
      CredentialTrail trail,
      List<Finding> findings,
      List<ContainmentOrder> orders,
      Optional<CredentialHolders> holders) {}

  /**
   * Adds a touch to the trail of its credential.
   *
   * @param credential what is registered of it; null for nothing
   */
  public Result score(
      CredentialTouch touch, CredentialTrail before, @Nullable Credential credential) {
    CredentialTrail trail = before.plus(touch);
    TrailSituation situation = new TrailSituation(touch, trail, credential);
    List<Finding> findings =
        detectors.stream().flatMap(one -> one.detect(situation).stream()).toList();
    return new Result(
        trail,
        findings,
        findings.stream()
            .filter(finding -> finding.recommendation() == Recommendation.CONTAIN)
            .map(finding -> order(touch, finding, credential))
            .toList(),
        trail == before
            ? Optional.empty()
            : Optional.ofNullable(credential)
                .map(registered -> trail.holders(registered.fingerprint())));
  }

  private static ContainmentOrder order(
      CredentialTouch touch, Finding finding, @Nullable Credential credential) {
    return Orders.contain(
        finding,
        touch.received(),
        // Under the fingerprint it is registered with, by which containment finds it.
        credential == null ? finding.credentials() : List.of(credential.fingerprint()));
  }
}
