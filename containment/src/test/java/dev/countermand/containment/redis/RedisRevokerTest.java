package dev.countermand.containment.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerContract;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.RevokerRig;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.CountermandException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/** The contract, and what is proved, on a real server. */
class RedisRevokerTest extends RevokerContract {
  @AutoClose private static RedisRevokerRig rig;

  @BeforeAll
  static void aServerWithARevoker(@TempDir Path directory) {
    rig = new RedisRevokerRig(directory);
  }

  @Override
  protected RevokerRig rig() {
    return rig;
  }

  @ParameterizedTest
  @ValueSource(strings = {"~* &* +@all", "~app:* +@all -@dangerous (~extra:* +set) (%R~x:* +@all)"})
  void aNarrowedUserReadsButChangesNothingAndGetsExactlyItsRulesBack(String rules) {
    Target target = rig.userWith(words(rules)).to(Rung.NARROW);
    String before = rig.rulesOf(target);
    Map<String, String> prior = revoker().plan(target).prior();
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(rig.changes(target)).isTrue();

    revoker().execute(target);
    revoker().execute(target);

    assertThat(rig.works(target)).isTrue();
    assertThat(rig.changes(target)).isFalse();
    try (Jedis jedis = rig.as(target)) {
      assertThatThrownBy(() -> jedis.set("extra:1", "x")).hasMessageContaining("NOPERM");
      assertThatThrownBy(() -> jedis.del(RedisRevokerRig.KEY)).hasMessageContaining("NOPERM");
      assertThatThrownBy(jedis::flushAll).hasMessageContaining("NOPERM");
      assertThatThrownBy(() -> jedis.publish("news", "x")).hasMessageContaining("NOPERM");
      assertThatThrownBy(() -> jedis.eval("return redis.call('DEL', KEYS[1])", 1, "app:1"))
          .hasMessageContaining("NOPERM");
    }
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).containsPattern("dry run all \\d{3} commands that change something");

    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(rig.rulesOf(target)).isEqualTo(before);
    assertThat(rig.changes(target)).isTrue();
  }

  @Test
  void oneSelectorThatStillWritesIsSeen() {
    Target target = rig.freshTarget().to(Rung.NARROW);
    revoker().execute(target);
    try (Jedis root = rig.root()) {
      root.aclSetUser(RedisRevokerRig.user(target), "(~nobody:* -@all +setex)");
    }
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.ALIVE);
    assertThat(proof.seen()).contains("setex");
  }

  @Test
  void openConnectionsAreCutAndTheProofIsARefusedLogin() {
    Target target = rig.freshTarget();
    try (Jedis open = rig.as(target)) {
      assertThat(open.get(RedisRevokerRig.KEY)).isEqualTo("1");
      assertThat(revoker().plan(target).blastRadius()).contains("1 connection(s)");
      assertThat(revoker().execute(target)).contains("1 connection(s) closed");
      assertThatThrownBy(() -> open.get(RedisRevokerRig.KEY)).isInstanceOf(JedisException.class);
    }
    assertThat(revoker().verify(target).seen())
        .contains("is off", "no connection", "a login with its password was refused");
  }

  @Test
  void withoutThePasswordTheProofSaysThatNoLoginWasTried() {
    Target target = rig.withoutSecret(RedisRevokerRig.user(rig.freshTarget()));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("no login was tried");
  }

  @Test
  void aUserThatIsSwitchedOnAgainIsAlive() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    try (Jedis root = rig.root()) {
      root.aclSetUser(RedisRevokerRig.user(target), "on");
    }
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void aUserThatWasOffBeforeStaysOff() {
    Target target = rig.freshTarget();
    try (Jedis root = rig.root()) {
      root.aclSetUser(RedisRevokerRig.user(target), "off");
    }
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    revoker().undo(target, prior);
    assertThat(rig.rulesOf(target)).contains("[off");
  }

  @Test
  void deletedPasswordsCannotBeGivenBackButNarrowedRulesCan() {
    Target target = rig.freshTarget();
    String sum = rig.rulesOf(target).replaceAll(".*([0-9a-f]{64}).*", "$1");
    Map<String, String> prior = new HashMap<>(revoker().plan(target.to(Rung.NARROW)).prior());
    revoker().execute(target.to(Rung.NARROW));
    Plan plan = revoker().plan(target.to(Rung.REVOKE));
    plan.prior().forEach(prior::putIfAbsent);
    assertThat(plan.blastRadius()).contains("cannot be put back");
    assertThat(prior.toString()).doesNotContain(sum);

    revoker().execute(target.to(Rung.REVOKE));
    revoker().execute(target.to(Rung.REVOKE));

    assertThat(revoker().verify(target.to(Rung.REVOKE)).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig.rulesOf(target)).doesNotContain(sum);
    Restoration restoration = revoker().undo(target, prior);
    assertThat(restoration.result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
    assertThat(restoration.detail()).contains("ACL SETUSER");
    assertThat(rig.works(target)).isFalse();

    String renewed = Credentials.freshSecret();
    try (Jedis root = rig.root()) {
      root.aclSetUser(RedisRevokerRig.user(target), "on", ">" + renewed);
    }
    assertThat(rig.changes(rig.target(RedisRevokerRig.user(target), renewed))).isTrue();
  }

  @Test
  void aSwitchedOffUserIsOffAfterARestartToo() {
    Target target = rig.freshTarget();
    assertThat(revoker().execute(target))
        .contains("kept over a restart")
        .doesNotContain("not kept");
    rig.restart();
    assertThat(rig.works(target)).isFalse();
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void aServerWithoutAnAclFileWritesItsConfigurationFile(@TempDir Path directory) {
    try (RedisRevokerRig other = new RedisRevokerRig(directory, false)) {
      Target target = other.freshTarget();
      assertThat(other.revoker().execute(target)).contains("kept over a restart");
      other.restart();
      assertThat(other.works(target)).isFalse();
      assertThat(other.revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    }
  }

  @Test
  void aServerThatIsAwaySparesNoOtherAndIsGivenBackByHand() {
    Target target = rig.freshTarget();
    Map<String, String> prior;
    try (Revoker both =
        rig.create("redis://127.0.0.1:1, redis://" + rig.address(), RedisRevokerRig.TIMEOUT)) {
      Plan plan = both.plan(target);
      prior = plan.prior();
      assertThat(plan.blastRadius()).contains("did not answer");
      assertThat(kind(() -> both.execute(target))).isEqualTo(RevokerException.Kind.RETRYABLE);
      assertThat(kind(() -> both.verify(target))).isEqualTo(RevokerException.Kind.RETRYABLE);
    }
    assertThat(rig.works(target)).isFalse();
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    Restoration unrecorded = revoker().undo(target, Map.of("user", RedisRevokerRig.user(target)));
    assertThat(unrecorded.result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
    assertThat(unrecorded.detail()).contains("nothing was recorded at " + rig.address());
  }

  @Test
  void aServerThatIsNotConfiguredAnyMoreIsNamed() {
    Target target = rig.freshTarget();
    assertThatThrownBy(
            () -> revoker().undo(target, Map.of("user", "x", "enabled.10.0.0.1:6379", "true")))
        .hasMessageContaining("10.0.0.1:6379");
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", RedisRevokerRig.REVOKER})
  void theDefaultUserAndTheRevokersOwnAreRefused(String user) {
    Target target = rig.withoutSecret(user);
    assertThat(kind(() -> revoker().plan(target))).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(kind(() -> revoker().execute(target))).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(kind(() -> revoker().undo(target, Map.of())))
        .isEqualTo(RevokerException.Kind.REFUSED);
  }

  @Test
  void aMissingRightIsNamedByTheCheck() {
    try (Jedis root = rig.root()) {
      root.aclSetUser(RedisRevokerRig.REVOKER, "-client|kill");
      assertThatThrownBy(revoker()::check).hasMessageContaining("CLIENT KILL");
    } finally {
      try (Jedis root = rig.root()) {
        root.aclSetUser(RedisRevokerRig.REVOKER, "+client|kill");
      }
    }
  }

  @Test
  void aWrongPasswordFailsForGoodAndIsNotQuoted() {
    String wrong = Credentials.freshSecret();
    try (Revoker stranger =
        rig.create("redis://" + rig.address(), wrong, RedisRevokerRig.TIMEOUT)) {
      RevokerException error = catchThrowableOfType(RevokerException.class, stranger::check);
      assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(error.getMessage()).contains("WRONGPASS").doesNotContain(wrong);
    }
  }

  @Test
  void aUserThatCanMakeUsersIsPointedOut() {
    assertThat(revoker().plan(rig.userWith("~*", "+@all")).blastRadius()).contains("ACL LIST");
    assertThat(revoker().plan(rig.userWith("~*", "+@read")).blastRadius())
        .doesNotContain("ACL LIST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://cache.example.com:6379",
        "rediss://user@cache.example.com:6379",
        "http://127.0.0.1:6379",
        "rediss://cache.example.com:6379,",
        "redis://127.0.0.1:6379/3"
      })
  void passwordsTravelOnlyOverTlsOrOnThisMachine(String url) {
    assertThatThrownBy(() -> rig.create(url, Duration.ofSeconds(1)))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.cache.url");
  }

  private static RevokerException.Kind kind(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run).kind();
  }

  /** One word each, a selector with all it holds being one. */
  private static String[] words(String rules) {
    return rules.split(" (?![^(]*\\))", -1);
  }
}
