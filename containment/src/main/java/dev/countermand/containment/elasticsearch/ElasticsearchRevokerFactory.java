package dev.countermand.containment.elasticsearch;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for API keys of Elasticsearch. */
public final class ElasticsearchRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "elasticsearch";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    return new ElasticsearchRevoker(
        name,
        keys.address("url", config.url()),
        keys.required("token", config.token()).read(),
        new JsonCalls(
            name,
            "Check token of the provider, and that its key has the privilege manage_api_key.",
            http));
  }
}
