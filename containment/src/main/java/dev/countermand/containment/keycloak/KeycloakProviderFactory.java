package dev.countermand.containment.keycloak;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.DiscoveryOnly;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.util.Optional;

/** Makes discoverers for realms of Keycloak. */
public final class KeycloakProviderFactory implements RevokerFactory {

  @Override
  public String type() {
    return "keycloak";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new DiscoveryOnly(
        name,
        type(),
        "Disable the client in Keycloak; its tokens live on until they expire, unless they are"
            + " revoked at a provider of type oauth2.");
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    String realm = keys.required("realm", config.realm());
    RealmAdmin admin =
        new RealmAdmin(
            name,
            keys.address("url", config.url()),
            realm,
            keys.required("client-id", config.clientId()),
            keys.required("client-secret", config.clientSecret()).read(),
            http);
    return Optional.of(new KeycloakDiscoverer(realm, admin));
  }
}
