package dev.countermand.containment.revoker;

import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.crypto.FingerprintKey;
import dev.countermand.runtime.crypto.Sealing;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes registered credentials with a sealed secret, as {@code credential add} does. */
public final class Credentials {
  private final FingerprintKey key = FingerprintKey.ephemeral();
  private final Sealing.Sealer sealer;
  private final Sealing.Opener opener;

  public Credentials(Path keys) {
    this.sealer = Sealing.sealer(keys);
    this.opener = Sealing.opener(keys);
  }

  public Sealing.Opener opener() {
    return opener;
  }

  /** A secret nobody else has. */
  public static String freshSecret() {
    byte[] random = new byte[20];
    new SecureRandom().nextBytes(random);
    return "cmtest" + HexFormat.of().formatHex(random);
  }

  public Credential of(
      String name, String kind, String provider, Map<String, String> handle, String secret) {
    String fingerprint = key.fingerprint(secret);
    return of(name, kind, provider, handle, fingerprint, sealer.seal(secret, fingerprint));
  }

  private Credential of(
      String name,
      String kind,
      String provider,
      Map<String, String> handle,
      String fingerprint,
      @Nullable String sealed) {
    return new Credential(
        fingerprint,
        key.id(),
        Instant.now(),
        name,
        kind,
        provider,
        "team-db",
        "production",
        List.of("destroy:volume"),
        handle,
        sealed,
        "test",
        Extra.NONE);
  }

  /** The same credential after the fingerprint key was rotated. */
  public Credential rotated(Credential before, String secret) {
    FingerprintKey next = FingerprintKey.ephemeral();
    String fingerprint = next.fingerprint(secret);
    return new Credential(
        fingerprint,
        next.id(),
        Instant.now(),
        before.name(),
        before.kind(),
        before.provider(),
        before.owner(),
        before.environment(),
        before.capabilities(),
        before.handle(),
        sealer.seal(secret, fingerprint),
        (long) secret.length(),
        List.of(before.fingerprint()),
        "test",
        Extra.NONE);
  }

  /** A credential that was registered without its secret. */
  public Target withoutSecret(
      String name, String kind, String provider, Map<String, String> handle) {
    return target(of(name, kind, provider, handle, key.fingerprint(freshSecret()), null));
  }

  public Target target(Credential credential) {
    return Target.of(credential, opener);
  }
}
