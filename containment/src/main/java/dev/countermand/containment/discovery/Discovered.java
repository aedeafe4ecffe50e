package dev.countermand.containment.discovery;

import java.util.List;
import java.util.Map;

/**
 * Something a provider lets in, as the provider lists it. Its secret is not among what is listed.
 *
 * @param name what the provider calls it
 * @param kind what it is, as credentials of it are registered, for instance {@code postgresql-role}
 * @param capabilities what it can do, as {@code verb:type}; {@code *:*} for everything
 * @param handle what names it at the provider when it is registered
 * @param remarks in a few words, what a person should know: members, limits, expiry
 */
public record Discovered(
    String name,
    String kind,
    List<String> capabilities,
    Map<String, String> handle,
    List<String> remarks) {

  /** Lists and maps are copied. */
  public Discovered {
    capabilities = List.copyOf(capabilities);
    handle = Map.copyOf(handle);
    remarks = List.copyOf(remarks);
  }
}
