package dev.countermand.containment.openbao;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for entities of OpenBao and Vault. */
public final class VaultEntityRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "vault-entity";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new EntityRevoker(Server.of(new ProviderKeys(name, type()), config, http));
  }
}
