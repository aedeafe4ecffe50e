package dev.countermand.containment.keycloak;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.util.Optional;

/** Makes revokers and discoverers for realms of Keycloak. */
public final class KeycloakProviderFactory implements RevokerFactory {

  @Override
  public String type() {
    return "keycloak";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    RealmAdmin admin = admin(Trouble.ofRevocation(name), name, config, http);
    return new KeycloakRevoker(name, realm(name, config), admin, new Canaries(admin, http));
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    return Optional.of(
        new KeycloakDiscoverer(
            realm(name, config), admin(Trouble.ofDiscovery(name), name, config, http)));
  }

  private String realm(String name, ContainmentSettings.Provider config) {
    return new ProviderKeys(name, type()).required("realm", config.realm());
  }

  private RealmAdmin admin(
      Trouble trouble, String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    return new RealmAdmin(
        trouble,
        keys.address("url", config.url()),
        realm(name, config),
        keys.required("client-id", config.clientId()),
        keys.required("client-secret", config.clientSecret()).read(),
        http);
  }
}
