package dev.countermand.detectors.trail;

import dev.countermand.model.Credential;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One touch of a credential and all that is known of the credential.
 *
 * @param touch what happened
 * @param trail with the touch
 * @param credential what is registered of it; null for nothing
 */
public record TrailSituation(
    CredentialTouch touch, CredentialTrail trail, @Nullable Credential credential) {

  private static final int KEY_DIGITS = 12;
  private static final Comparator<CredentialTouch> ORDER =
      Comparator.comparing(CredentialTouch::time).thenComparing(CredentialTouch::actionId);

  /**
   * The beginning of one fingerprint of the credential, the same under whichever key it is told of:
   * part of the id of a finding.
   */
  String key() {
    String fingerprint =
        credential != null
            ? credential.fingerprint()
            : Stream.concat(Stream.of(touch.fingerprint()), touch.others().stream())
                .min(Comparator.naturalOrder())
                .orElse(touch.fingerprint());
    return fingerprint.substring(0, Math.min(KEY_DIGITS, fingerprint.length()));
  }

  /** The visit that the touch is part of. */
  public Visit own() {
    return trail.visit(touch);
  }

  /** Whether the touch is the first use by this agent from this place, or of a replay of it. */
  public boolean firstUse() {
    return own().use().filter(used -> used.actionId().equals(touch.actionId())).isPresent();
  }

  /** Whether the touch is the first sighting by this agent from this place. */
  public boolean firstSighting() {
    return own().sighting().filter(seen -> seen.actionId().equals(touch.actionId())).isPresent();
  }

  /**
   * Two uses of which the later one is to be told of.
   *
   * @param earlier the earliest that it is told of with
   * @param later the later one
   */
  public record Pair(CredentialTouch earlier, CredentialTouch later) {}

  /**
   * The pairs of related visits whose uses the touch completes, if it is a first use. By the times
   * of the actions, not by the order in which collectors told of them: the later use of a pair is
   * told of once, with the earliest it is related to.
   *
   * @param related whether two visits belong together; the same whichever stands first
   */
  public List<Pair> completes(BiPredicate<Visit, Visit> related) {
    if (!firstUse()) {
      return List.of();
    }
    Visit own = own();
    List<Pair> pairs = new ArrayList<>();
    earliest(own, related).ifPresent(earlier -> pairs.add(new Pair(earlier, touch)));
    for (Visit visit : trail.visits()) {
      CredentialTouch used = visit.used();
      if (used != null
          && visit != own
          && related.test(own, visit)
          && ORDER.compare(touch, used) < 0
          && noneBut(own, visit, related)) {
        pairs.add(new Pair(touch, used));
      }
    }
    return pairs;
  }

  /** The earliest use before that of a visit, of those related to it. */
  private Optional<CredentialTouch> earliest(Visit visit, BiPredicate<Visit, Visit> related) {
    return before(visit, related).flatMap(other -> other.use().stream()).min(ORDER);
  }

  private boolean noneBut(Visit only, Visit visit, BiPredicate<Visit, Visit> related) {
    return before(visit, related).allMatch(other -> other == only);
  }

  private Stream<Visit> before(Visit visit, BiPredicate<Visit, Visit> related) {
    CredentialTouch use = visit.used();
    return trail.visits().stream()
        .filter(
            other ->
                other != visit
                    && use != null
                    && other.used() != null
                    && related.test(visit, other)
                    && ORDER.compare(other.used(), use) < 0);
  }

  /** The visits of other agents. */
  public List<Visit> others() {
    return trail.visits().stream()
        .filter(visit -> !visit.agentId().equals(touch.agentId()))
        .toList();
  }

  /** Whether the credential is registered for production. */
  public boolean production() {
    return credential != null && credential.environment().equals("production");
  }

  /** What people call the credential. */
  public String called() {
    return Optional.ofNullable(credential)
        .map(known -> "the credential " + known.name())
        .orElse("an unregistered " + touch.kind() + " credential");
  }
}
