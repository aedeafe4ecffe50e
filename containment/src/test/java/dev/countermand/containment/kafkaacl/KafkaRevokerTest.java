package dev.countermand.containment.kafkaacl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker; the revoker has the rights that the documentation names, no more. */
class KafkaRevokerTest extends RevokerContract {
  private static final String REVOKER = "revoker";
  private static final String TOPIC = "work";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static SecuredKafka kafka;
  private static String password;

  @TempDir private Path directory;
  private Credentials credentials;
  private Revoker revoker;

  @BeforeAll
  static void aBrokerWithARevoker(@TempDir Path directory) {
    kafka = new SecuredKafka(directory);
    kafka.createTopic(TOPIC);
    password = allowedRevoker(kafka);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void prepare() {
    credentials = new Credentials(directory.resolve("keys"));
    revoker = revoker("keep");
  }

  @AfterEach
  void end() {
    revoker.close();
  }

  @Override
  protected Revoker revoker() {
    return revoker;
  }

  @Override
  protected Revoker revokerAt(int port, Duration timeout) {
    return create("127.0.0.1:" + port, SecuredKafka.login(REVOKER, password), "keep", timeout);
  }

  @Override
  protected Target freshTarget() {
    String user = KafkaProbe.uniqueName("agent");
    String secret = kafka.createUser(user);
    kafka.allow("User:" + user, AclOperation.ALL, ResourceType.TOPIC, TOPIC);
    kafka.allow("User:" + user, AclOperation.READ, ResourceType.GROUP, user);
    return target(user, secret);
  }

  @Override
  protected boolean works(Target target) {
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
  protected Target unknownTarget() {
    return target(KafkaProbe.uniqueName("nobody"), Credentials.freshSecret());
  }

  @Override
  protected boolean givesBack() {
    return true;
  }

  @Test
  void openConnectionsAreOfNoUseAndAreOfUseAgainAfterTheRestoration() {
    Target target = freshTarget();
    String user = user(target);
    try (LiveUser live =
        new LiveUser(
            kafka.scramBootstrap(),
            SecuredKafka.login(user, target.secret().orElseThrow()),
            TOPIC,
            user)) {
      assertThat(live.writes(user + " before")).isTrue();
      awaitRead(live, user + " before");
      Map<String, String> prior = revoker.plan(target).prior();
      revoker.execute(target);

      assertThat(live.writes(user + " contained")).isFalse();
      Awaitility.await("the consumer is refused")
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () -> assertThatThrownBy(live::reads).isInstanceOf(AuthorizationException.class));
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.DEAD);

      revoker.undo(target, prior);
      assertThat(live.writes(user + " after")).isTrue();
      awaitRead(live, user + " after");
    }
  }

  @Test
  void theProofIsALookAsTheUserWhereItsPasswordIsSealed() {
    Target target = freshTarget();
    revoker.execute(target);
    assertThat(revoker.verify(target).seen())
        .contains("6 denials", "read back", "logged in as " + user(target), "sees no topic");
  }

  @Test
  void withoutThePasswordTheProofSaysThatNothingWasTried() {
    Target known = freshTarget();
    Target target = withoutSecret(user(known));
    revoker.execute(target);
    Proof proof = revoker.verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("read back", "no connection of it was tried", "super user");
  }

  @Test
  void withoutThePasswordAUserThatNothingAllowsAnythingIsNotCalledDead() {
    String user = KafkaProbe.uniqueName("unlisted");
    kafka.createUser(user);
    revoker.execute(withoutSecret(user));
    Proof proof = revoker.verify(withoutSecret(user));
    assertThat(proof.life()).isEqualTo(Proof.Life.UNKNOWN);
    assertThat(proof.seen()).contains("super user");
  }

  @Test
  void aSuperUserIsSeenToBeAlive() {
    Target root = target(SecuredKafka.SUPER_USER, kafka.createUser(SecuredKafka.SUPER_USER));
    Map<String, String> prior = revoker.plan(root).prior();
    revoker.execute(root);
    Proof proof = revoker.verify(root);
    revoker.undo(root, prior);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("super.users");
  }

  @Test
  void deletingTheLoginIsSaidBeforeItIsDoneAndCannotBeGivenBack() {
    try (Revoker deleting = revoker("delete")) {
      Target target = freshTarget();
      Plan plan = deleting.plan(target);
      assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
      assertThat(plan.blastRadius()).contains("SCRAM-SHA-256", "cannot be put back");
      assertThat(deleting.execute(target)).contains("SCRAM-SHA-256 are deleted");
      deleting.execute(target);

      Proof proof = deleting.verify(target);
      assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
      assertThat(proof.seen()).contains("no SCRAM credential", "a login", "was refused");

      Restoration restoration = deleting.undo(target, plan.prior());
      assertThat(restoration.result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
      assertThat(restoration.detail()).contains("new password");
      assertThat(denialsOf(user(target))).isEmpty();
    }
  }

  @Test
  void aDenialThatWasThereBeforeIsLeftThere() {
    Target target = freshTarget();
    String user = user(target);
    kafka.deny("User:" + user, AclOperation.ALL, ResourceType.GROUP, "*");
    kafka.deny("User:" + user, AclOperation.DELETE, ResourceType.TOPIC, "*");
    Collection<AclBinding> before = denialsOf(user);

    Map<String, String> prior = revoker.plan(target).prior();
    revoker.execute(target);
    assertThat(denialsOf(user)).hasSize(7);
    revoker.undo(target, prior);

    assertThat(denialsOf(user)).hasSize(2).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void whatTheUserMadeToComeBackByIsTold() {
    Target target = freshTarget();
    String user = user(target);
    String friend = KafkaProbe.uniqueName("friend");
    kafka.allowOnCluster("User:" + user, AclOperation.ALTER);
    revoker.check();
    Instant start = Instant.now();
    try (Admin mine = as(target)) {
      SecuredKafka.get(mine.createDelegationToken().delegationToken());
      SecuredKafka.get(
          mine.alterUserScramCredentials(
                  List.of(
                      new UserScramCredentialUpsertion(
                          friend,
                          new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096),
                          Credentials.freshSecret())))
              .all());
      SecuredKafka.get(
          mine.createAcls(
                  List.of(
                      new AclBinding(
                          new ResourcePattern(ResourceType.TOPIC, TOPIC, PatternType.LITERAL),
                          new AccessControlEntry(
                              "User:" + friend, "*", AclOperation.ALL, AclPermissionType.ALLOW))))
              .all());
    }
    revoker.execute(target.takenFor(start));

    Awaitility.await("the broker knows the token, too")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(revoker.verify(target.takenFor(start)).seen())
                    .contains(
                        "1 delegation token(s) of it since " + start + ", for User:" + user,
                        "ALLOW User:" + friend + " ALL on TOPIC " + TOPIC,
                        "1 SCRAM user(s) new"));
    assertThat(revoker.verify(target.takenFor(Instant.now().plusSeconds(60))).seen())
        .doesNotContain("delegation token");
  }

  @Test
  void whatAUserCouldNotHaveMadeIsNotToldOfIt() {
    Target target = freshTarget();
    revoker.check();
    freshTarget();
    revoker.execute(target);
    assertThat(revoker.verify(target).seen()).doesNotContain("look at");
  }

  @Test
  void theRevokersOwnUserAndThoseWhoStandForEverybodyAreRefused() {
    for (String user : List.of(REVOKER, "*", "ANONYMOUS")) {
      Target target = target(user, Credentials.freshSecret());
      assertThat(failure(() -> revoker.plan(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
      assertThat(failure(() -> revoker.execute(target)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
    assertThat(denialsOf(REVOKER)).isEmpty();
  }

  @Test
  void whereADenialWouldShutOthersOutNothingIsDenied(@TempDir Path other) {
    try (SecuredKafka open =
        new SecuredKafka(other, Map.of("allow.everyone.if.no.acl.found", "true"))) {
      String secret = allowedRevoker(open);
      String user = KafkaProbe.uniqueName("agent");
      Target target = target(user, open.createUser(user));
      try (Revoker revokerThere =
          create(open.scramBootstrap(), SecuredKafka.login(REVOKER, secret), "keep", TIMEOUT)) {
        for (Runnable call :
            List.<Runnable>of(
                revokerThere::check,
                () -> revokerThere.plan(target),
                () -> revokerThere.execute(target))) {
          RevokerException failed = failure(call);
          assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
          assertThat(failed.getMessage()).contains("allow.everyone.if.no.acl.found");
        }
        assertThat(open.acls()).noneMatch(KafkaRevokerTest::isDenial);
      }
    }
  }

  @Test
  void aRevokerWithoutTheRightFailsForGoodAndNamesIt() {
    String user = KafkaProbe.uniqueName("weak");
    String secret = kafka.createUser(user);
    Target target = freshTarget();
    try (Revoker weak =
        create(kafka.scramBootstrap(), SecuredKafka.login(user, secret), "keep", TIMEOUT)) {
      RevokerException failed = failure(() -> weak.execute(target));
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("ALTER");
    }
    String wrong = Credentials.freshSecret();
    try (Revoker stranger =
        create(kafka.scramBootstrap(), SecuredKafka.login(user, wrong), "keep", TIMEOUT)) {
      RevokerException failed = failure(stranger::check);
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("login").doesNotContain(wrong);
    }
  }

  private static String allowedRevoker(SecuredKafka where) {
    String secret = where.createUser(REVOKER);
    where.allowOnCluster("User:" + REVOKER, AclOperation.ALTER);
    where.allow("User:" + REVOKER, AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, "*");
    return secret;
  }

  private static void awaitRead(LiveUser live, String value) {
    Awaitility.await("the consumer reads " + value)
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptionsInstanceOf(AuthorizationException.class)
        .until(() -> live.reads().contains(value));
  }

  private static RevokerException failure(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }

  private static Set<AclBinding> denialsOf(String user) {
    return kafka.acls().stream()
        .filter(acl -> acl.entry().principal().equals("User:" + user))
        .filter(KafkaRevokerTest::isDenial)
        .collect(Collectors.toSet());
  }

  private static boolean isDenial(AclBinding acl) {
    return acl.entry().permissionType() == AclPermissionType.DENY;
  }

  private Admin as(Target target) {
    Map<String, Object> config =
        new HashMap<>(SecuredKafka.login(user(target), target.secret().orElseThrow()));
    config.put("bootstrap.servers", kafka.scramBootstrap());
    return Admin.create(config);
  }

  private static String user(Target target) {
    return String.valueOf(target.handle().get("user"));
  }

  private Target target(String user, String secret) {
    return credentials.target(
        credentials.of(user, "kafka-user", "events", Map.of("user", user), secret));
  }

  private Target withoutSecret(String user) {
    return credentials.withoutSecret(user, "kafka-user", "events", Map.of("user", user));
  }

  private Revoker revoker(String scram) {
    return create(kafka.scramBootstrap(), SecuredKafka.login(REVOKER, password), scram, TIMEOUT);
  }

  private static Revoker create(
      String bootstrap, Map<String, String> client, String scram, Duration timeout) {
    return new KafkaProviderFactory()
        .create(
            "events",
            Providers.of(
                "kafka", timeout, Map.of("url", bootstrap, "client", client, "scram", scram)),
            new HttpCaller(timeout));
  }
}
