package dev.countermand.containment.redis;

import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerFactory;
import dev.countermand.runtime.config.ContainmentSettings;
import dev.countermand.runtime.http.Endpoints;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;

/** Makes revokers for Redis servers. */
public final class RedisRevokerFactory implements RevokerFactory {
  private static final int DEFAULT_PORT = 6379;

  @Override
  public String type() {
    return "redis";
  }

  @Override
  public Revoker create(String name, ContainmentSettings.Provider config, HttpCaller http) {
    ProviderKeys keys = new ProviderKeys(name, type());
    String user = keys.required("user", config.user());
    String password = keys.required("password", config.password()).read();
    int timeout = Math.toIntExact(config.timeout().toMillis());
    List<Node> nodes = new ArrayList<>();
    for (String address : keys.required("url", config.url()).split(",", -1)) {
      URI uri = node(keys, address.strip());
      SSLParameters tls = new SSLParameters();
      tls.setEndpointIdentificationAlgorithm("HTTPS");
      JedisClientConfig client =
          DefaultJedisClientConfig.builder()
              .user(user)
              .password(password)
              .timeoutMillis(timeout)
              .ssl(isTls(uri))
              .sslParameters(tls)
              .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
              .build();
      int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
      nodes.add(new Node(name, new HostAndPort(uri.getHost(), port), client));
    }
    return new RedisRevoker(new Deployment(name, user, nodes));
  }

  private static URI node(ProviderKeys keys, String address) {
    try {
      URI uri = new URI(address);
      String http = isTls(uri) ? "https" : "http";
      boolean isBare = uri.getPath() == null || Set.of("", "/").contains(uri.getPath());
      if (Set.of("redis", "rediss").contains(String.valueOf(uri.getScheme()))
          && isBare
          && uri.getQuery() == null
          && Endpoints.isPrivate(URI.create(http + address.substring(address.indexOf(':'))))) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw keys.bad(
        "url",
        "must be rediss://host:port, several joined by commas, without a user in it (redis:// only"
            + " on this machine): passwords travel there.");
  }

  private static boolean isTls(URI uri) {
    return "rediss".equals(uri.getScheme());
  }
}
