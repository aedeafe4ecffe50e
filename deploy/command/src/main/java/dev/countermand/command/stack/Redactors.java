package dev.countermand.command.stack;

import dev.countermand.collectors.redact.Fingerprints;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.crypto.FingerprintKey;
import java.nio.file.Files;
import java.util.function.Predicate;

/** Makes the redactor of a deployment. */
public final class Redactors {
  private Redactors() {}

  /** The redactor of a running deployment: its key is made when there is none yet. */
  public static Redactor of(Configuration config, Predicate<String> registered) {
    return Redactor.standard(fingerprints(FingerprintKey.at(config.fingerprintKey())), registered);
  }

  /**
   * A redactor to try things with: with the deployment's key where there is one, else with a key
   * that lasts as long as the process, so that nothing is written.
   */
  public static Redactor offline(Configuration config) {
    FingerprintKey key =
        Files.exists(config.fingerprintKey())
            ? FingerprintKey.at(config.fingerprintKey())
            : FingerprintKey.ephemeral();
    return Redactor.standard(fingerprints(key));
  }

  private static Fingerprints fingerprints(FingerprintKey key) {
    return new Fingerprints() {
      @Override
      public String keyId() {
        return key.id();
      }

      @Override
      public String of(CharSequence token) {
        return key.fingerprint(token);
      }
    };
  }
}
