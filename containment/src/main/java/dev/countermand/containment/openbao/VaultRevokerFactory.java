package dev.countermand.containment.openbao;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for tokens and leases of OpenBao and Vault. */
public final class VaultRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "vault";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    Server server = Server.of(new ProviderKeys(name, type()), config, http);
    Siblings siblings = new Siblings(server, config.timeout().dividedBy(2));
    return new VaultRevoker(server, new Tokens(server, siblings), new Leases(server));
  }
}
