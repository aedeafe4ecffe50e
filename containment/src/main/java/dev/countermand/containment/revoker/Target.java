package dev.countermand.containment.revoker;

import dev.countermand.model.Credential;
import dev.countermand.model.Rung;
import dev.countermand.runtime.crypto.Sealing;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A credential to take away or to give back. Its secret is opened only when it is asked for. */
public final class Target {
  private final String fingerprint;
  private final String sealedFor;
  private final String name;
  private final String kind;
  private final Map<String, String> handle;
  private final @Nullable String sealed;
  private final Sealing.@Nullable Opener opener;
  private final @Nullable Instant since;
  private final Rung rung;

  private Target(
      String fingerprint,
      String sealedFor,
      String name,
      String kind,
      Map<String, String> handle,
      @Nullable String sealed,
      Sealing.@Nullable Opener opener,
      @Nullable Instant since,
      Rung rung) {
    this.fingerprint = fingerprint;
    this.sealedFor = sealedFor;
    this.name = name;
    this.kind = kind;
    this.handle = Map.copyOf(handle);
    this.sealed = sealed;
    this.opener = opener;
    this.since = since;
    this.rung = rung;
  }

  /** A registered credential. */
  public static Target of(Credential credential, Sealing.Opener opener) {
    return new Target(
        credential.fingerprint(),
        credential.fingerprint(),
        credential.name(),
        credential.kind(),
        credential.handle(),
        credential.sealed(),
        opener,
        null,
        Rung.SUSPEND);
  }

  /**
   * The same as whoever asks for it calls it: an order may have its fingerprint of an earlier key.
   */
  public Target calledFor(String asked) {
    return asked.equals(fingerprint)
        ? this
        : new Target(asked, sealedFor, name, kind, handle, sealed, opener, since, rung);
  }

  /** A credential that nobody registers any more; only its fingerprint is known. */
  public static Target unregistered(String fingerprint) {
    return new Target(
        fingerprint, fingerprint, fingerprint, "unknown", Map.of(), null, null, null, Rung.SUSPEND);
  }

  /** The same, taken away for what began at a time. */
  public Target takenFor(Instant start) {
    return new Target(fingerprint, sealedFor, name, kind, handle, sealed, opener, start, rung);
  }

  /** The same, taken away as far as a rung says. */
  public Target to(Rung how) {
    return new Target(fingerprint, sealedFor, name, kind, handle, sealed, opener, since, how);
  }

  /** The keyed fingerprint of its secret. */
  public String fingerprint() {
    return fingerprint;
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** What it is, for instance {@code oauth2-token}. */
  public String kind() {
    return kind;
  }

  /** What names it at the provider. */
  public Map<String, String> handle() {
    return handle;
  }

  /**
   * A word of the handle.
   *
   * @param form the handle as people write it when they register such a credential
   * @throws RevokerException final, when it is missing or empty
   */
  public String handle(String key, String form) {
    String word = handle.get(key);
    if (word == null || word.isEmpty()) {
      throw RevokerException.fatal(
          "Credential "
              + this
              + " is registered without "
              + key
              + ". Register it again with the handle "
              + form
              + ".");
    }
    return word;
  }

  /**
   * When what it is taken away for began; what was made with it from then on is suspect. Empty when
   * that is not known.
   */
  public Optional<Instant> since() {
    return Optional.ofNullable(since);
  }

  /** How far it is taken away: one of {@link Revoker#rungs}; {@link Rung#SUSPEND} unless said. */
  public Rung rung() {
    return rung;
  }

  /**
   * Opens the secret, when a sealed one is registered. Keep it no longer than the call that needs
   * it.
   *
   * @throws RevokerException final, when it does not open
   */
  public Optional<String> secret() {
    if (sealed == null || opener == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(opener.open(sealed, sealedFor));
    } catch (dev.countermand.runtime.CountermandException e) {
      throw RevokerException.fatal(e.code() + ": " + e.getMessage());
    }
  }

  @Override
  public String toString() {
    return name + " (" + fingerprint + ")";
  }
}
