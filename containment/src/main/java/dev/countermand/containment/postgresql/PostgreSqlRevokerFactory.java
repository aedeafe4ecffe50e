package dev.countermand.containment.postgresql;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.http.HttpCaller;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes revokers for PostgreSQL servers. */
public final class PostgreSqlRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "postgresql";
  }

  @Override
  public Revoker create(String name, Configuration.Provider config, HttpCaller http) {
    return new PostgreSqlRevoker(name, connections(name, config));
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, Configuration.Provider config, HttpCaller http) {
    return Optional.of(new PostgreSqlDiscoverer(name, connections(name, config)));
  }

  private static Connections connections(String name, Configuration.Provider config) {
    String key = "containment.providers." + name + ".";
    String url = required(key + "url", config.url());
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new CountermandException(
          "CONFIG_BAD_VALUE", key + "url must start with jdbc:postgresql: and name the server.");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw new CountermandException(
          "CONFIG_BAD_VALUE",
          key
              + "url must not hold a password. Put it into a file and name that in "
              + key
              + "password.");
    }
    return new Connections(
        url,
        required(key + "user", config.user()),
        required(key + "password", config.password()).read(),
        config.timeout());
  }

  private static <V> V required(String key, @Nullable V value) {
    if (value == null) {
      throw new CountermandException(
          "CONFIG_MISSING_KEY", key + " is missing; a provider of type postgresql needs it.");
    }
    return value;
  }
}
