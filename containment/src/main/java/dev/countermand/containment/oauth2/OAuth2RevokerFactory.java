package dev.countermand.containment.oauth2;

import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.http.Endpoints;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Makes revokers for authorization servers. */
public final class OAuth2RevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "oauth2";
  }

  @Override
  public Revoker create(String name, Configuration.Provider config, HttpCaller http) {
    String key = "containment.providers." + name + ".";
    return new OAuth2Revoker(
        name,
        endpoint(key + "revocation-endpoint", config.revocationEndpoint()),
        endpoint(key + "introspection-endpoint", config.introspectionEndpoint()),
        required(key + "client-id", config.clientId()),
        required(key + "client-secret", config.clientSecret()).read(),
        http);
  }

  private static URI endpoint(String key, @Nullable URI given) {
    URI uri = required(key, given);
    if (!Endpoints.isPrivate(uri)) {
      throw new CountermandException(
          "CONFIG_BAD_VALUE",
          key
              + " must be an https address without a user in it (http only on this machine): tokens"
              + " travel there.");
    }
    return uri;
  }

  private static <V> V required(String key, @Nullable V value) {
    if (value == null) {
      throw new CountermandException(
          "CONFIG_MISSING_KEY", key + " is missing; a provider of type oauth2 needs it.");
    }
    return value;
  }
}
