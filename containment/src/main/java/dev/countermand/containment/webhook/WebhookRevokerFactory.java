package dev.countermand.containment.webhook;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.model.Rung;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;
import java.time.InstantSource;
import java.util.Set;

/** Makes revokers that ask an endpoint of the user's own. */
public final class WebhookRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "webhook";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    Set<Rung> rungs = config.rungs().isEmpty() ? Set.of(Rung.SUSPEND) : Set.copyOf(config.rungs());
    if (rungs.contains(Rung.PAUSE)) {
      throw keys.bad("rungs[]", "must be narrow, suspend or revoke.");
    }
    return new WebhookRevoker(
        keys.address("url", config.url()),
        rungs,
        new Signature(keys, keys.required("token", config.token()).read()),
        new JsonCalls(name, "Look into the log of that endpoint.", http),
        InstantSource.system());
  }
}
