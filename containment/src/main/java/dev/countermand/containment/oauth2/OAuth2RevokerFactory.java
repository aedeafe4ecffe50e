package dev.countermand.containment.oauth2;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for authorization servers. */
public final class OAuth2RevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "oauth2";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    return new OAuth2Revoker(
        name,
        keys.address("revocation-endpoint", config.revocationEndpoint()),
        keys.address("introspection-endpoint", config.introspectionEndpoint()),
        keys.required("client-id", config.clientId()),
        keys.required("client-secret", config.clientSecret()).read(),
        http);
  }
}
