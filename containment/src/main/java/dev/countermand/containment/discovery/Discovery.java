package dev.countermand.containment.discovery;

import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.util.List;
import java.util.ServiceLoader;

/** Discovery at the configured providers. */
public final class Discovery {
  private Discovery() {}

  /**
   * What a configured provider lists.
   *
   * @param name of the provider in the configuration
   * @throws CountermandException PROVIDER_UNKNOWN, DISCOVERY_UNSUPPORTED or DISCOVERY_FAILED
   */
  public static List<Discovered> at(ContainmentSettings config, String name) {
    ContainmentSettings.Provider provider = config.providers().get(name);
    if (provider == null) {
      throw new CountermandException(
          "PROVIDER_UNKNOWN",
          "No provider \""
              + name
              + "\" is configured under containment.providers; known: "
              + config.providers().keySet()
              + ".");
    }
    return ServiceLoader.load(RevokerFactory.class, Discovery.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .filter(factory -> factory.type().equals(provider.type()))
        .flatMap(
            factory ->
                factory.discoverer(name, provider, new HttpCaller(provider.timeout())).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new CountermandException(
                    "DISCOVERY_UNSUPPORTED",
                    "A provider of type "
                        + provider.type()
                        + " cannot be asked what credentials it knows. Register them one by one:"
                        + " countermand credential add."))
        .discover();
  }
}
