package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for access keys of IAM users. */
public final class AwsRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "aws";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new AccessKeys(Accounts.of(new ProviderKeys(name, type()), config));
  }
}
