package dev.countermand.containment.revoker;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.http.Endpoints;
import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the keys of one configured provider. Errors name the key and never its value.
 *
 * @param name of the provider
 * @param type of the provider
 */
public record ProviderKeys(String name, String type) {

  /**
   * The value of a key that this type needs.
   *
   * @throws CountermandException CONFIG_MISSING_KEY when there is none
   */
  public <V> V required(String key, @Nullable V value) {
    if (value == null) {
      throw new CountermandException(
          "CONFIG_MISSING_KEY",
          path(key) + " is missing; a provider of type " + type + " needs it.");
    }
    return value;
  }

  /**
   * The address that a key names, where secrets may travel: https, or http on this machine.
   *
   * @throws CountermandException CONFIG_MISSING_KEY or CONFIG_BAD_VALUE
   */
  public URI address(String key, @Nullable URI given) {
    URI uri = required(key, given);
    if (!Endpoints.isPrivate(uri)) {
      throw bad(
          key,
          "must be an https address without a user in it (http only on this machine): secrets"
              + " travel there.");
    }
    return uri;
  }

  /** The same for a text. */
  public URI address(String key, @Nullable String given) {
    try {
      return address(key, new URI(required(key, given)));
    } catch (URISyntaxException e) {
      throw bad(key, "is not an address.");
    }
  }

  /** The error of a key whose value cannot be used. */
  public CountermandException bad(String key, String why) {
    return new CountermandException("CONFIG_BAD_VALUE", path(key) + " " + why);
  }

  /** The key as it stands in the configuration. */
  public String path(String key) {
    return "containment.providers." + name + "." + key;
  }
}
