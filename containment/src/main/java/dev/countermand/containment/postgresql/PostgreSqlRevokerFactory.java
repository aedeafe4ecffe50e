package dev.countermand.containment.postgresql;

import dev.countermand.containment.discovery.Discoverer;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.util.Locale;
import java.util.Optional;

/** Makes revokers for PostgreSQL servers. */
public final class PostgreSqlRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "postgresql";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new PostgreSqlRevoker(name, connections(name, config));
  }

  @Override
  public Optional<Discoverer> discoverer(
      String name, ContainmentSettings.Provider config, HttpCaller http) {
    return Optional.of(new PostgreSqlDiscoverer(name, connections(name, config)));
  }

  private Connections connections(String name, ContainmentSettings.Provider config) {
    ProviderKeys keys = new ProviderKeys(name, type());
    String url = keys.required("url", config.url());
    if (!url.startsWith("jdbc:postgresql:")) {
      throw keys.bad("url", "must start with jdbc:postgresql: and name the server.");
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      throw keys.bad(
          "url",
          "must not hold a password. Put it into a file and name that in "
              + keys.path("password")
              + ".");
    }
    return new Connections(
        url,
        keys.required("user", config.user()),
        keys.required("password", config.password()).read(),
        config.timeout());
  }
}
