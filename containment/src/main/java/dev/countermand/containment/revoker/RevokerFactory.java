package dev.countermand.containment.revoker;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.util.Optional;

/** Makes the revokers of one type. Found by {@link java.util.ServiceLoader}. */
public interface RevokerFactory {

  /** The value of {@code containment.providers.*.type} it answers to. */
  String type();

  /**
   * A revoker for one configured provider. Nothing is connected yet.
   *
   * @param name the name credentials are registered with
   * @param http whose calls end within the timeout of the provider
   * @throws dev.countermand.runtime.CountermandException when the configuration does not do
   */
  Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http);

  /**
   * What lists the credentials of one configured provider; empty when its kind cannot be asked.
   *
   * @param name the name credentials are registered with
   * @param http whose calls end within the timeout of the provider
   * @throws dev.countermand.runtime.CountermandException when the configuration does not do
   */
  default Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    return Optional.empty();
  }
}
