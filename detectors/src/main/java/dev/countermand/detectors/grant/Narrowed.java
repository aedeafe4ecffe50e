package dev.countermand.detectors.grant;

import dev.countermand.model.Credential;
import dev.countermand.model.Effect;
import dev.countermand.model.Narrowing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is left of a grant where a repository narrows it. It only ever takes away. */
final class Narrowed {
  private Narrowed() {}

  static boolean allows(@Nullable Narrowing narrowing, Effect effect) {
    return narrowing == null
        || ((narrowing.verbs().isEmpty() || narrowing.verbs().contains(effect.verb().wireName()))
            && (narrowing.environments().isEmpty()
                || TaskGrant.environment(narrowing.environments(), effect.resource().environment()))
            && (narrowing.resources().isEmpty()
                || TaskGrant.resource(narrowing.resources(), effect.resource())));
  }

  static boolean allows(
      @Nullable Narrowing narrowing, List<String> fingerprints, @Nullable Credential registered) {
    return narrowing == null
        || narrowing.credentials().isEmpty()
        || fingerprints.stream()
            .anyMatch(one -> TaskGrant.names(narrowing.credentials(), one, registered));
  }
}
