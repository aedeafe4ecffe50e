package dev.countermand.containment.gcp;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for service accounts of Google Cloud. */
public final class GcpAccountRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "gcp-account";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return Accounts.create(
        new ProviderKeys(name, type()), config, http, Login.METADATA, AccountRevoker::new);
  }
}
