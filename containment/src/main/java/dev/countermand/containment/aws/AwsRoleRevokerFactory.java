package dev.countermand.containment.aws;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.time.InstantSource;

/** Makes revokers for sessions of IAM roles. */
public final class AwsRoleRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "aws-role";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    return new RoleSessions(
        Accounts.of(new ProviderKeys(name, type()), config), InstantSource.system());
  }
}
