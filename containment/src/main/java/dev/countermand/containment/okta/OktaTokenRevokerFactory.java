package dev.countermand.containment.okta;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for API tokens of Okta. */
public final class OktaTokenRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "okta-token";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new TokenRevoker(Api.of(new ProviderKeys(name, type()), config, http));
  }
}
