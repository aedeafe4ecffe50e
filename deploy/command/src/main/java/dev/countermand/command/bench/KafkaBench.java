package dev.countermand.command.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Ports;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Users of a Kafka with access control lists, suspended by one who may change the lists. */
final class KafkaBench implements BenchServer, BenchServer.Provider {
  private static final String REVOKER = "revoker";
  private static final String TOPIC = "work";
  private static final int SCRAM_ITERATIONS = 4096;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final KafkaServer server;
  private final Admin admin;
  private final String address;
  private final String password = Workplace.freshSecret();

  private KafkaBench(KafkaServer server, int scramPort) {
    this.server = server;
    this.admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()));
    this.address = "127.0.0.1:" + scramPort;
  }

  static BenchServer start(Workplace place) {
    int scramPort = Ports.free();
    Map<String, String> settings =
        Map.of(
            "authorizer.class.name",
            "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users",
            "User:ANONYMOUS");
    KafkaBench bench =
        new KafkaBench(
            KafkaServer.start(
                place.of("kafka-with-users"),
                KafkaServer.Options.defaults()
                    .withScramPort(scramPort)
                    .withSettings(settings)
                    .withProgress(place.progress())),
            scramPort);
    get(bench.admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all());
    bench.create(
        Map.of(REVOKER, bench.password),
        List.of(
            allow(REVOKER, AclOperation.ALTER, ResourceType.CLUSTER, "kafka-cluster"),
            allow(REVOKER, AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, "*")));
    return bench;
  }

  @Override
  public List<Provider> providers() {
    return List.of(this);
  }

  @Override
  public String type() {
    return "kafka";
  }

  @Override
  public ObjectNode configuration() {
    ObjectNode keys = Json.mapper().createObjectNode().put("type", type()).put("url", address);
    keys.set("client", Json.mapper().valueToTree(KafkaServer.scramLogin(REVOKER, password)));
    return keys;
  }

  @Override
  public List<Login> logins(int count) {
    List<Login> logins = new ArrayList<>();
    Map<String, String> passwords = new HashMap<>();
    List<AclBinding> allowed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String user = "bench-" + i;
      String secret = Workplace.freshSecret();
      passwords.put(user, secret);
      allowed.add(allow(user, AclOperation.ALL, ResourceType.TOPIC, TOPIC));
      logins.add(new Login(user, "kafka-user", Map.of("user", user), secret));
    }
    create(passwords, allowed);
    logins.forEach(this::awaitWorking);
    return logins;
  }

  /** The controller answers before the broker has heard of a user and its rights. */
  private void awaitWorking(Login login) {
    try {
      if (Waits.until(
              PATIENCE, LOOK_AGAIN, () -> works(login) ? Optional.of(true) : Optional.empty())
          .isEmpty()) {
        throw new IllegalStateException("Kafka does not know " + login + " after " + PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private boolean works(Login login) throws InterruptedException {
    try (Admin user = open(login)) {
      Set<String> seen = user.listTopics().names().get(10, TimeUnit.SECONDS);
      return seen.contains(TOPIC);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    }
  }

  @Override
  public AutoCloseable use(Login login) {
    Admin user = open(login);
    get(user.describeCluster().clusterId());
    return () -> user.close(Duration.ZERO);
  }

  private Admin open(Login login) {
    Map<String, Object> config =
        new HashMap<>(KafkaServer.scramLogin(login.name(), login.secret()));
    config.put("bootstrap.servers", address);
    return Admin.create(config);
  }

  private void create(Map<String, String> passwords, List<AclBinding> allowed) {
    List<UserScramCredentialAlteration> users = new ArrayList<>();
    passwords.forEach(
        (user, secret) ->
            users.add(
                new UserScramCredentialUpsertion(
                    user,
                    new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, SCRAM_ITERATIONS),
                    secret)));
    get(admin.alterUserScramCredentials(users).all());
    get(admin.createAcls(allowed).all());
  }

  private static AclBinding allow(
      String user, AclOperation operation, ResourceType type, String name) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("Kafka did not do what the bench needs", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    server.close();
  }
}
