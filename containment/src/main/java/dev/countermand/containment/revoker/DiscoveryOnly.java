package dev.countermand.containment.revoker;

import java.util.Map;

/**
 * Stands where a provider can be asked what it lets in, but has no revoker. Containment starts with
 * it, so that the other providers are served; every call fails for good and says why.
 *
 * @param name of the provider
 * @param type of the provider
 * @param instead what a person can do at the provider
 */
public record DiscoveryOnly(String name, String type, String instead) implements Revoker {
  private static final String CODE = "REVOCATION_UNSUPPORTED";

  @Override
  public void check() {
    throw unsupported();
  }

  @Override
  public Plan plan(Target target) {
    throw unsupported();
  }

  @Override
  public String execute(Target target) {
    throw unsupported();
  }

  @Override
  public Proof verify(Target target) {
    throw unsupported();
  }

  @Override
  public Restoration undo(Target target, Map<String, String> prior) {
    throw unsupported();
  }

  private RevokerException unsupported() {
    return RevokerException.fatal(
        CODE
            + ": Provider "
            + name
            + " is of type "
            + type
            + ", which can be asked what it lets in but cannot take it away. "
            + instead);
  }
}
