package dev.countermand.collectors.redact;

import java.util.function.Predicate;

/**
 * What is registered, as far as the redactor asks. Implementations are look-ups in memory, and safe
 * for use by many threads.
 */
public interface RegisteredSecrets {

  /** Returns whether a fingerprint is that of a registered secret. */
  boolean has(String fingerprint);

  /**
   * Returns whether a registered secret may have this many UTF-16 units. Only then is the
   * fingerprint of a piece of that length computed, which costs more than everything else.
   */
  boolean mayHaveLength(int length);

  /** Returns those of which the lengths are not known. */
  static RegisteredSecrets ofAnyLength(Predicate<String> fingerprints) {
    return new RegisteredSecrets() {
      @Override
      public boolean has(String fingerprint) {
        return fingerprints.test(fingerprint);
      }

      @Override
      public boolean mayHaveLength(int length) {
        return true;
      }
    };
  }
}
