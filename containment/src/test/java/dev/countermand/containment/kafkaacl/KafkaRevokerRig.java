package dev.countermand.containment.kafkaacl;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.embedded.KafkaServer;
import dev.countermand.model.Rung;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.Once;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourceType;

/** A real broker with a revoker that has the rights that the documentation names, no more. */
final class KafkaRevokerRig implements RevokerRig, AutoCloseable {
  private static final Once<KafkaRevokerRig> SHARED = new Once<>("acl", KafkaRevokerRig::new);

  static final String REVOKER = "revoker";
  static final String TOPIC = "work";
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  final SecuredKafka kafka;
  private final Credentials credentials;
  private final String password;

  /** The one of this JVM: use users of your own. */
  static KafkaRevokerRig shared() {
    return SHARED.value();
  }

  private KafkaRevokerRig(Path directory) {
    kafka = new SecuredKafka(directory.resolve("kafka"));
    credentials = new Credentials(directory.resolve("keys"));
    kafka.createTopic(TOPIC);
    password = allowedRevoker(kafka);
    Target writer = freshTarget();
    if (!changes(writer)) {
      throw new IllegalStateException("the topic takes no record");
    }
  }

  /** A user called revoker with the rights it needs; returns its password. */
  static String allowedRevoker(SecuredKafka where) {
    String secret = where.createUser(REVOKER);
    where.allowOnCluster("User:" + REVOKER, AclOperation.ALTER);
    where.allow("User:" + REVOKER, AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, "*");
    return secret;
  }

  @Override
  public Revoker revoker() {
    return revokerOf(kafka, REVOKER, password);
  }

  @Override
  public Revoker revokerAt(int port, Duration timeout) {
    return create("127.0.0.1:" + port, KafkaServer.scramLogin(REVOKER, password), timeout);
  }

  /** A revoker of a broker that logs in as a user. */
  static Revoker revokerOf(SecuredKafka where, String user, String secret) {
    return create(where.scramBootstrap(), KafkaServer.scramLogin(user, secret), TIMEOUT);
  }

  private static Revoker create(String bootstrap, Map<String, String> client, Duration timeout) {
    return new KafkaProviderFactory()
        .create(
            "events",
            Providers.of("kafka", timeout, Map.of("url", bootstrap, "client", client)),
            new HttpCaller(timeout));
  }

  /** A user that may do everything with the topic, and read as a group of its own name. */
  @Override
  public Target freshTarget() {
    String user = KafkaProbe.uniqueName("agent");
    String secret = kafka.createUser(user);
    kafka.allow("User:" + user, AclOperation.ALL, ResourceType.TOPIC, TOPIC);
    kafka.allow("User:" + user, AclOperation.READ, ResourceType.GROUP, user);
    return target(user, secret);
  }

  @Override
  public Target unknownTarget() {
    return target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  Target target(String user, String secret) {
    return credentials.target(
        credentials.of(user, "kafka-user", "events", Map.of("user", user), secret));
  }

  Target withoutSecret(String user) {
    return credentials.withoutSecret(user, "kafka-user", "events", Map.of("user", user));
  }

  /** Whether the user sees its topic. */
  @Override
  public boolean works(Target target) {
    try (Admin admin = as(target)) {
      return admin.listTopics().names().get(20, TimeUnit.SECONDS).contains(TOPIC);
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public Object description(Target target) {
    return kafka.aclsOf("User:" + user(target));
  }

  /** One denial of several, or all of them with the login left. */
  @Override
  public void takePart(Target target) {
    String principal = "User:" + user(target);
    switch (target.rung()) {
      case NARROW -> kafka.deny(principal, AclOperation.WRITE, ResourceType.TOPIC, "*");
      case SUSPEND -> kafka.deny(principal, AclOperation.ALL, ResourceType.TOPIC, "*");
      default -> Denials.of(principal, Rung.SUSPEND).forEach(kafka::add);
    }
  }

  @Override
  public void giveBack(Target target) {
    kafka.delete(denialsOf(user(target)));
    kafka.setPassword(user(target), target.secret().orElseThrow());
  }

  @Override
  public boolean reads(Target target) {
    return LiveUser.readsFrom(kafka.scramBootstrap(), login(target), TOPIC);
  }

  @Override
  public boolean changes(Target target) {
    return LiveUser.writesTo(kafka.scramBootstrap(), login(target), TOPIC);
  }

  private static Map<String, String> login(Target target) {
    return KafkaServer.scramLogin(user(target), target.secret().orElseThrow());
  }

  Admin as(Target target) {
    return kafka.adminOf(user(target), target.secret().orElseThrow());
  }

  static String user(Target target) {
    return String.valueOf(target.handle().get("user"));
  }

  Set<AclBinding> denialsOf(String user) {
    return kafka.aclsOf("User:" + user).stream()
        .filter(KafkaRevokerRig::isDenial)
        .collect(Collectors.toSet());
  }

  static boolean isDenial(AclBinding acl) {
    return acl.entry().permissionType() == AclPermissionType.DENY;
  }

  @Override
  public void close() {
    kafka.close();
  }
}
