package dev.countermand.containment.github;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.time.InstantSource;

/** Makes revokers for tokens of GitHub. */
public final class GitHubRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "github";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    Api api = Api.of(keys, config, http);
    boolean hasApp = config.clientId() != null || config.clientSecret() != null;
    return new TokenRevoker(api, hasApp ? App.of(api, keys, config, InstantSource.system()) : null);
  }
}
