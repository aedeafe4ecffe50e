package dev.countermand.containment.okta;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for users of Okta. */
public final class OktaRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "okta";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new UserRevoker(Api.of(new ProviderKeys(name, type()), config, http));
  }
}
