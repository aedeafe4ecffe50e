package dev.countermand.containment.oauth2;

import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.util.Locale;
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
    String host = uri.getHost();
    boolean isHttps = "https".equalsIgnoreCase(uri.getScheme());
    boolean isLocal = "http".equalsIgnoreCase(uri.getScheme()) && isLoopback(host);
    if (host == null || uri.getUserInfo() != null || !(isHttps || isLocal)) {
      throw new CountermandException(
          "CONFIG_BAD_VALUE",
          key
              + " must be an https address without a user in it (http only on this machine): tokens"
              + " travel there.");
    }
    return uri;
  }

  // By spelling, without asking DNS: a name that resolves to loopback today may not tomorrow.
  private static boolean isLoopback(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals("[::1]") || isLoopbackAddress(name);
  }

  private static boolean isLoopbackAddress(String name) {
    String[] parts = name.split("\\.", -1);
    if (parts.length != 4 || !parts[0].equals("127")) {
      return false;
    }
    for (String part : parts) {
      if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(Character::isDigit)) {
        return false;
      }
    }
    return true;
  }

  private static <V> V required(String key, @Nullable V value) {
    if (value == null) {
      throw new CountermandException(
          "CONFIG_MISSING_KEY", key + " is missing; a provider of type oauth2 needs it.");
    }
    return value;
  }
}
