package dev.countermand.containment.redis;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.SafeEncoder;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/** A real Redis server with a revoker that has the rights that the documentation names, no more. */
final class RedisRevokerRig implements RevokerRig, AutoCloseable {
  static final String REVOKER = "revoker";
  static final String KEY = "app:1";
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final String[] RULES = {
    "~app:*", "&news", "+@all", "-@dangerous", "(~extra:* -@all +set)"
  };

  private final Path directory;
  private final boolean hasAclFile;
  private final Credentials credentials;
  private final int port = freePort();
  private final String password = Credentials.freshSecret();
  private final List<Jedis> open = new ArrayList<>();
  private final RedisServer server;

  RedisRevokerRig(Path directory) {
    this(directory, true);
  }

  RedisRevokerRig(Path directory, boolean hasAclFile) {
    this.directory = directory;
    this.hasAclFile = hasAclFile;
    this.credentials = new Credentials(directory.resolve("keys"));
    this.server = start();
    try (Jedis root = root()) {
      root.set(KEY, "1");
      root.aclSetUser(
          REVOKER,
          "on",
          ">" + password,
          "-@all",
          "+acl|getuser",
          "+acl|setuser",
          "+acl|dryrun",
          "+acl|cat",
          "+acl|whoami",
          "+acl|save",
          "+config|rewrite",
          "+client|kill",
          "+client|list",
          "+command|info");
      if (hasAclFile) {
        root.aclSave();
      }
    }
  }

  int port() {
    return port;
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  @Override
  public Revoker revoker() {
    return create("redis://" + address(), TIMEOUT);
  }

  @Override
  public Revoker revokerAt(int otherPort, Duration timeout) {
    return create("redis://127.0.0.1:" + otherPort, timeout);
  }

  Revoker create(String url, Duration timeout) {
    return create(url, password, timeout);
  }

  Revoker create(String url, String secret, Duration timeout) {
    return new RedisRevokerFactory()
        .create(
            "cache",
            Providers.of(
                "redis",
                timeout,
                Map.of(
                    "url",
                    url,
                    "user",
                    REVOKER,
                    "password",
                    Providers.secret(directory.resolve("revoker.password"), secret))),
            new HttpCaller(timeout));
  }

  /** A user that reads and writes its keys, and one more way in by a selector. */
  @Override
  public Target freshTarget() {
    return userWith(RULES);
  }

  Target userWith(String... rules) {
    String user = KafkaProbe.uniqueName("agent");
    String secret = Credentials.freshSecret();
    List<String> all = new ArrayList<>(List.of("on", ">" + secret));
    all.addAll(Arrays.asList(rules));
    try (Jedis root = root()) {
      root.aclSetUser(user, all.toArray(String[]::new));
    }
    return target(user, secret);
  }

  Target target(String user, String secret) {
    return credentials.target(
        credentials.of(user, "redis-user", "cache", Map.of("user", user), secret));
  }

  @Override
  public Target unknownTarget() {
    return target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  Target withoutSecret(String user) {
    return credentials.withoutSecret(user, "redis-user", "cache", Map.of("user", user));
  }

  /** Whether it can log in and read. */
  @Override
  public boolean works(Target target) {
    try (Jedis jedis = as(target)) {
      return "1".equals(jedis.get(KEY));
    } catch (JedisException e) {
      return false;
    }
  }

  /** Whether it can log in and write. */
  @Override
  public boolean changes(Target target) {
    try (Jedis jedis = as(target)) {
      return "OK".equals(jedis.set(KEY, "1"));
    } catch (JedisException e) {
      return false;
    }
  }

  Jedis as(Target target) {
    Jedis jedis = new Jedis("127.0.0.1", port);
    try {
      jedis.auth(user(target), target.secret().orElseThrow());
      return jedis;
    } catch (JedisException e) {
      jedis.close();
      throw e;
    }
  }

  /** What the server tells of the user, sums of its passwords included. */
  String rulesOf(Target target) {
    try (Jedis root = root()) {
      return String.valueOf(
          SafeEncoder.encodeObject(
              root.sendCommand(Protocol.Command.ACL, "GETUSER", user(target))));
    }
  }

  static String user(Target target) {
    return String.valueOf(target.handle().get("user"));
  }

  /** The default user, which may do everything. */
  Jedis root() {
    return new Jedis("127.0.0.1", port);
  }

  void restart() {
    server.stop();
    server.start();
    try (Jedis root = root()) {
      root.set(KEY, "1");
    }
  }

  private RedisServer start() {
    try {
      RedisServerBuilder builder =
          RedisServer.builder()
              .port(port)
              .bind("127.0.0.1")
              .setting("dir " + directory)
              .setting("save \"\"");
      if (hasAclFile) {
        Path users = directory.resolve("users.acl");
        if (!Files.exists(users)) {
          Files.createFile(users);
        }
        builder.setting("aclfile " + users);
      }
      RedisServer started = builder.build();
      started.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object description(Target target) {
    return rulesOf(target);
  }

  /** A user with one way left to change something, or switched off with an open connection. */
  @Override
  public void takePart(Target target) {
    try (Jedis root = root()) {
      switch (target.rung()) {
        case NARROW -> root.aclSetUser(user(target), "-@write", "-@dangerous", "-publish");
        case REVOKE -> {
          open.add(as(target));
          root.aclSetUser(user(target), "off", "resetpass");
        }
        default -> {
          open.add(as(target));
          root.aclSetUser(user(target), "off");
        }
      }
    }
  }

  @Override
  public void giveBack(Target target) {
    List<String> all = new ArrayList<>(List.of("reset", "on", ">" + target.secret().orElseThrow()));
    all.addAll(Arrays.asList(RULES));
    try (Jedis root = root()) {
      root.aclSetUser(user(target), all.toArray(String[]::new));
    }
  }

  @Override
  public void close() {
    open.forEach(Jedis::close);
    server.stop();
  }
}
