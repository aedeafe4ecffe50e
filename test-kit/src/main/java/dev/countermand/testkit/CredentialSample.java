package dev.countermand.testkit;

import dev.countermand.model.Credential;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registered credential, for a test that says only what the test is about: {@code infra-token}, a
 * token of production that platform answers for, without capabilities, without a sealed copy and of
 * a length that is not known. Not safe for several threads.
 */
public final class CredentialSample {
  private final String fingerprint;
  private final Instant time;
  private String name = "infra-token";
  private String kind = "api-token";
  private String provider = "infra";
  private @Nullable String owner = "platform";
  private String environment = "production";
  private List<String> capabilities = List.of();
  private @Nullable String sealed;
  private @Nullable Long length;
  private List<String> previous = List.of();

  private CredentialSample(String fingerprint, Instant time) {
    this.fingerprint = fingerprint;
    this.time = time;
  }

  /** That with a fingerprint, registered at an instant. */
  public static CredentialSample of(String fingerprint, Instant time) {
    return new CredentialSample(fingerprint, time);
  }

  public CredentialSample name(String its) {
    name = its;
    return this;
  }

  public CredentialSample kind(String its) {
    kind = its;
    return this;
  }

  public CredentialSample provider(String its) {
    provider = its;
    return this;
  }

  /** Who answers for it; null for nobody. */
  public CredentialSample owner(@Nullable String its) {
    owner = its;
    return this;
  }

  public CredentialSample environment(String its) {
    environment = its;
    return this;
  }

  /** What it can do, as {@code verb:resource-type}. */
  public CredentialSample capabilities(String... can) {
    capabilities = List.of(can);
    return this;
  }

  /** The copy that only containment opens. */
  public CredentialSample sealed(String copy) {
    sealed = copy;
    return this;
  }

  /** How long the secret is, in UTF-16 units; null when that is not known. */
  public CredentialSample length(@Nullable Long its) {
    length = its;
    return this;
  }

  /** Its fingerprints under earlier keys, the latest first. */
  public CredentialSample previous(String... fingerprints) {
    previous = List.of(fingerprints);
    return this;
  }

  public Credential build() {
    return new Credential(
        fingerprint,
        "k1",
        time,
        name,
        kind,
        provider,
        owner,
        environment,
        capabilities,
        Map.of(),
        sealed,
        length,
        previous,
        "alice",
        Extra.NONE);
  }
}
