package dev.countermand.containment.railway;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for tokens of Railway. */
public final class RailwayRevokerFactory implements RevokerFactory {
  private static final String PUBLIC = "https://backboard.railway.com/graphql/v2";

  @Override
  public String type() {
    return "railway";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    GraphQl api =
        new GraphQl(
            name,
            keys.address("url", config.url() == null ? PUBLIC : config.url()),
            keys.required("token", config.token()).read(),
            new JsonCalls(name, "Check url and token of the provider.", http));
    return new RailwayRevoker(api, keys.required("client-id", config.clientId()));
  }
}
