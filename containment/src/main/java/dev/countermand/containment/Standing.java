package dev.countermand.containment;

import dev.countermand.model.Credential;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a credential that is to be taken away.
 *
 * @param fingerprint as the order names it
 * @param credential how it is registered, or was sealed by a gateway; null for neither
 * @param desk of the provider that can take it away; null for none
 * @param isProtected whether it must never be taken away
 */
record Standing(
    String fingerprint,
    @Nullable Credential credential,
    @Nullable ProviderDesk desk,
    boolean isProtected) {

  /** What people call it. */
  String name() {
    return credential == null ? fingerprint : credential.name();
  }

  /** What it opens. */
  String environment() {
    return credential == null ? "unknown" : credential.environment();
  }

  /** The provider it is registered with, configured or not. */
  Optional<String> provider() {
    return Optional.ofNullable(credential)
        .map(Credential::provider)
        .filter(provider -> !provider.equals(Credential.BY_KIND));
  }

  /** The code of {@link #unreachable}. */
  String unreachableCode() {
    if (credential == null) {
      return "CREDENTIAL_NOT_REGISTERED";
    }
    return provider().isEmpty() ? "KIND_WITHOUT_PROVIDER" : "PROVIDER_NOT_CONFIGURED";
  }

  /** Why no provider can be asked, and what to do about it. Only where there is no desk. */
  String unreachable() {
    if (credential == null) {
      return "Nobody has registered this credential, so nobody knows where to revoke it. Register"
          + " it (countermand credential add) and it is taken away at once.";
    }
    if (credential.provider().equals(Credential.BY_KIND)) {
      return "No provider takes "
          + credential.name()
          + ". Name "
          + credential.kind()
          + " under containment.providers.*.kinds of the one that issued it, or register the token"
          + " (countermand credential add).";
    }
    return "Credential "
        + credential.name()
        + " names the provider "
        + credential.provider()
        + ", which is not configured. Add it under containment.providers.";
  }
}
