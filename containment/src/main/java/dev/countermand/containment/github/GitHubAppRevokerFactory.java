package dev.countermand.containment.github;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.time.InstantSource;

/** Makes revokers for installations of one app of GitHub. */
public final class GitHubAppRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "github-app";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    Api api = Api.of(keys, config, http);
    return new InstallationRevoker(api, App.of(api, keys, config, InstantSource.system()));
  }
}
