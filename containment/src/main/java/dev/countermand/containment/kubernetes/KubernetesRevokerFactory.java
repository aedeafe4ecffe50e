package dev.countermand.containment.kubernetes;

import dev.countermand.containment.revoker.JsonCalls;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.HttpCaller;

/** Makes revokers for service accounts of Kubernetes. */
public final class KubernetesRevokerFactory implements RevokerFactory {

  @Override
  public String type() {
    return "kubernetes";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    String url = keys.required("url", config.url());
    return new KubernetesRevoker(
        new Api(
            name,
            keys.address("url", url.endsWith("/") ? url : url + "/"),
            keys.required("token", config.token()),
            new JsonCalls(
                name, "Check token, and the roles that the revoker's account is bound to.", http)));
  }
}
