package dev.countermand.containment.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.revoker.Credentials;
import dev.countermand.containment.revoker.Grade;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.SecuredElasticsearch;
import dev.countermand.testkit.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, what is proved and whom it touches, on a real Elasticsearch. */
class ElasticsearchRevokerTest extends HttpRevokerContract {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private static ElasticsearchRig rig;

  @BeforeAll
  static void aServerWithARevoker(@TempDir Path directory) {
    rig = new ElasticsearchRig(TestServers.securedElasticsearch(), directory);
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void thePlanNamesTheUser() {
    Plan plan = revoker().plan(rig.freshTarget());
    assertThat(plan.grade()).isEqualTo(Grade.RE_ISSUABLE);
    assertThat(plan.blastRadius()).contains(rig.user);
  }

  @Test
  void aKeyThatWasInvalidatedBeforeIsSaidSo() {
    Target target = rig.freshTarget();
    assertThat(revoker().execute(target)).contains("is invalidated");
    assertThat(revoker().execute(target)).contains("was invalidated before");
    assertThat(revoker().verify(target).seen()).contains("is invalidated", "refused: 401");
  }

  @Test
  void aKeyThatIsRegisteredWithoutItsIdIsTriedToo() {
    SecuredElasticsearch.ApiKey key = rig.key();
    Target target = rig.target(key.id(), key.secret());
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("refused: 401");
    assertThat(rig.works(rig.target(key.id(), key.encoded()))).isFalse();
  }

  @Test
  void withoutTheKeyNothingIsTriedAndThatIsSaid() {
    Target known = rig.freshTarget();
    Target target = rig.withoutSecret(ElasticsearchRig.id(known));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("not tried");
    assertThat(rig.works(known)).isFalse();
  }

  @Test
  void aKeyThatIsKeptNoMoreIsDead() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    rig.purge(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("does not exist", "refused: 401");
  }

  @Test
  void keysThatTheUserGotSinceAreTold() {
    Target target = rig.freshTarget();
    Instant since = Instant.now();
    String second = rig.key().id();
    revoker().execute(target);
    assertThat(revoker().verify(target.takenFor(since)).seen()).contains(second);
    assertThat(revoker().verify(target.takenFor(since.plusSeconds(60))).seen())
        .doesNotContain(second);
  }

  @Test
  void anIdThatWouldNameMoreThanOneKeyNamesNone() {
    Target first = rig.freshTarget();
    Target second = rig.freshTarget();
    for (String id :
        new String[] {
          ElasticsearchRig.id(first) + "," + ElasticsearchRig.id(second),
          "*",
          "_all",
          "a&username=*"
        }) {
      Target many = rig.withoutSecret(id);
      assertThat(failure(() -> revoker().execute(many)).kind())
          .isEqualTo(RevokerException.Kind.FINAL);
    }
    assertWhole(first);
    assertWhole(second);
  }

  @Test
  void theRevokersOwnKeyIsRefused() {
    Target own = rig.withoutSecret(rig.own.id());
    assertThat(failure(() -> revoker().plan(own)).kind()).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(failure(() -> revoker().execute(own)).kind())
        .isEqualTo(RevokerException.Kind.REFUSED);
    revoker().check();
  }

  @Test
  void aRevokerWithoutThePrivilegeFailsForGoodAndNamesIt() {
    Target target = rig.freshTarget();
    String weak = KafkaProbe.uniqueName("weak");
    SecuredElasticsearch.ApiKey key =
        rig.server.key(weak, HttpDouble.tree("{\"cluster\":[\"monitor\"]}"));
    try (Revoker viewer = rig.create(rig.server.url(), key.encoded(), TIMEOUT)) {
      RevokerException failed = failure(() -> viewer.execute(target));
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("manage_api_key").doesNotContain(key.encoded());
    }
    String wrong = new SecuredElasticsearch.ApiKey("nobody", Credentials.freshSecret()).encoded();
    try (Revoker stranger = rig.create(rig.server.url(), wrong, TIMEOUT)) {
      RevokerException failed = failure(stranger::check);
      assertThat(failed.kind()).isEqualTo(RevokerException.Kind.FINAL);
      assertThat(failed.getMessage()).contains("token").doesNotContain(wrong);
    }
    assertWhole(target);
  }

  private static RevokerException failure(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run);
  }
}
