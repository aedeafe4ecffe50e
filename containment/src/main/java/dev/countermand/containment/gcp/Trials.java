package dev.countermand.containment.gcp;

import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Target;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/** Tries the keys that are sealed. Thread-safe. */
final class Trials {
  private final Tokens tokens;
  private final InstantSource clock;

  Trials(Tokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * What is proved of something that reads back as taken away.
   *
   * @param seen what was read back
   * @param isIts whether a key is the one, or one of those, that was taken away
   * @param besides what else is told
   */
  Proof proof(Target target, String seen, Predicate<KeyFile> isIts, String besides) {
    Optional<String> secret = target.secret();
    Optional<KeyFile> sealed = secret.flatMap(KeyFile::of);
    Optional<KeyFile> key = sealed.filter(isIts);
    if (sealed.isPresent() && key.isEmpty()) {
      return Proof.unknown(
          seen + ", but the sealed key is another one: register it with what it is of");
    }
    if (key.isEmpty()) {
      return Proof.dead(
          seen
              + (secret.isEmpty()
                  ? "; no key was tried, because none is sealed"
                  : "; no key was tried, because what is sealed is no key file of it")
              + besides);
    }
    return switch (tokens.trial(key.get(), clock.instant())) {
      case LET_IN -> Proof.alive(seen + ", and Google still gives tokens for it");
      case REFUSED -> Proof.dead(seen + "; tried, the key is refused: invalid_grant" + besides);
      case NO_PROOF -> Proof.dead(seen + "; trying the key proved nothing" + besides);
    };
  }
}
