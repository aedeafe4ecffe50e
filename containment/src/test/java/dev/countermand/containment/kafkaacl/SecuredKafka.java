package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.embedded.Ports;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;

/**
 * A real broker with access control lists. Super users are {@link #SUPER_USER}, and whoever comes
 * without a login.
 */
public final class SecuredKafka implements AutoCloseable {
  static final String SUPER_USER = "root";

  private static final String CLUSTER = "kafka-cluster";

  private final int scramPort = Ports.free();
  private final KafkaServer server;
  private final Admin admin;

  public SecuredKafka(Path directory) {
    this(directory, Map.of());
  }

  /** The same with further settings of the broker. */
  SecuredKafka(Path directory, Map<String, String> further) {
    Map<String, String> settings = new HashMap<>(further);
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("super.users", "User:ANONYMOUS;User:" + SUPER_USER);
    settings.put("delegation.token.secret.key", Credentials.freshSecret());
    server =
        KafkaServer.start(
            directory,
            KafkaServer.Options.defaults().withScramPort(scramPort).withSettings(settings));
    admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()));
  }

  /** Where the super user is asked without a login. */
  String bootstrap() {
    return server.bootstrapServers();
  }

  /** Where users log in. */
  public String scramBootstrap() {
    return "127.0.0.1:" + scramPort;
  }

  /** A user that can log in by now; returns its password. */
  public String createUser(String user) {
    String password = Credentials.freshSecret();
    setPassword(user, password);
    return password;
  }

  /** From now on a user logs in by this password. */
  void setPassword(String user, String password) {
    get(
        admin
            .alterUserScramCredentials(
                List.of(
                    new UserScramCredentialUpsertion(
                        user,
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                        password)))
            .all());
    Awaitility.await("the login of " + user)
        .atMost(Duration.ofSeconds(30))
        .ignoreException(SaslAuthenticationException.class)
        .until(() -> canLogIn(user, password));
  }

  private boolean canLogIn(String user, String password) throws Exception {
    try (Admin mine = adminOf(user, password)) {
      mine.describeCluster().clusterId().get(10, TimeUnit.SECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SaslAuthenticationException notYet) {
        throw notYet;
      }
      throw e;
    }
  }

  public Admin adminOf(String user, String password) {
    Map<String, Object> config = new HashMap<>(KafkaServer.scramLogin(user, password));
    config.put("bootstrap.servers", scramBootstrap());
    return Admin.create(config);
  }

  public void createTopic(String topic) {
    get(admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all());
  }

  public void allow(String principal, AclOperation operation, ResourceType type, String name) {
    acl(principal, "*", AclPermissionType.ALLOW, operation, type, name, PatternType.LITERAL);
  }

  /** What the lists hold. */
  Collection<AclBinding> acls() {
    return get(admin.describeAcls(AclBindingFilter.ANY).values());
  }

  /** What the lists hold of a principal. */
  Set<AclBinding> aclsOf(String principal) {
    return acls().stream()
        .filter(acl -> acl.entry().principal().equals(principal))
        .collect(Collectors.toSet());
  }

  void allowPrefix(String principal, AclOperation operation, ResourceType type, String prefix) {
    acl(principal, "*", AclPermissionType.ALLOW, operation, type, prefix, PatternType.PREFIXED);
  }

  void allowFrom(String host, String principal, AclOperation operation, String topic) {
    acl(
        principal,
        host,
        AclPermissionType.ALLOW,
        operation,
        ResourceType.TOPIC,
        topic,
        PatternType.LITERAL);
  }

  public void allowOnCluster(String principal, AclOperation operation) {
    allow(principal, operation, ResourceType.CLUSTER, CLUSTER);
  }

  void deny(String principal, AclOperation operation, ResourceType type, String name) {
    acl(principal, "*", AclPermissionType.DENY, operation, type, name, PatternType.LITERAL);
  }

  /** Takes a principal out of the lists. */
  void forget(String principal) {
    delete(aclsOf(principal));
  }

  /** Takes entries out of the lists. */
  void delete(Collection<AclBinding> entries) {
    get(admin.deleteAcls(entries.stream().map(AclBinding::toFilter).toList()).all());
    Awaitility.await("the broker has forgotten " + entries)
        .atMost(Duration.ofSeconds(30))
        .until(() -> acls().stream().noneMatch(entries::contains));
  }

  private void acl(
      String principal,
      String host,
      AclPermissionType permission,
      AclOperation operation,
      ResourceType type,
      String name,
      PatternType patternType) {
    add(
        new AclBinding(
            new ResourcePattern(type, name, patternType),
            new AccessControlEntry(principal, host, operation, permission)));
  }

  /** An entry that the broker knows by now. */
  void add(AclBinding binding) {
    get(admin.createAcls(List.of(binding)).all());
    // The controller answers before the broker has heard of it.
    Awaitility.await("the broker knows " + binding)
        .atMost(Duration.ofSeconds(30))
        .until(() -> get(admin.describeAcls(binding.toFilter()).values()).size() == 1);
  }

  public static <V> V get(KafkaFuture<V> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    server.close();
  }
}
