package dev.countermand.command.stack;

import dev.countermand.collectors.redact.Fingerprint;
import dev.countermand.collectors.redact.Fingerprints;
import dev.countermand.collectors.redact.Redactor;
import dev.countermand.collectors.redact.RegisteredSecrets;
import dev.countermand.runtime.PersonRecords;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.FingerprintKeys;
import java.nio.file.Files;
import java.time.InstantSource;

/** Makes the redactor of a deployment. */
public final class Redactors {
  private Redactors() {}

  /**
   * The redactor of a running deployment: its key is made when there is none yet, and followed when
   * it is rotated.
   */
  public static Redactor of(Configuration config, RegisteredSecrets registered) {
    return Redactor.standard(fingerprints(config), registered);
  }

  /**
   * A redactor to try things with: with the deployment's key where there is one, else with a key
   * that lasts as long as the process, so that nothing is written.
   */
  public static Redactor offline(Configuration config) {
    if (Files.exists(config.fingerprintKey())) {
      return Redactor.standard(fingerprints(config));
    }
    FingerprintKey key = FingerprintKey.ephemeral();
    return Redactor.standard(token -> new Fingerprint(key.id(), key.fingerprint(token), null));
  }

  /**
   * Makes the records of what people order and answer. What they typed loses the secrets that can
   * be told by their form or by what stands around them.
   */
  public static PersonRecords records(Configuration config, InstantSource clock) {
    Redactor redactor = offline(config);
    return new PersonRecords(
        typed -> redactor.redact(typed).text(), config.gateway().agents(), clock);
  }

  private static Fingerprints fingerprints(Configuration config) {
    FingerprintKeys keys = FingerprintKeys.at(config.fingerprintKey());
    return token -> fingerprint(keys.ring(), token);
  }

  /** The fingerprint of a token under the keys that hold. */
  static Fingerprint fingerprint(FingerprintKeys.Ring ring, CharSequence token) {
    FingerprintKey previous = ring.previous();
    return new Fingerprint(
        ring.current().id(),
        ring.current().fingerprint(token),
        previous == null ? null : previous.fingerprint(token));
  }
}
