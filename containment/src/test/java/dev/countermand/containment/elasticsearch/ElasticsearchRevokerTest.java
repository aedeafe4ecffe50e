package dev.countermand.containment.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.testkit.KafkaProbe;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract, and what is proved, at a double. */
class ElasticsearchRevokerTest extends HttpRevokerContract {
  @TempDir Path directory;
  private ElasticsearchRig rig;

  @BeforeEach
  void start() {
    rig = new ElasticsearchRig(directory);
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Override
  protected HttpRevokerRig rig() {
    return rig;
  }

  @Test
  void anInvalidationThatFailedWith200IsTriedAgain() {
    Target target = rig.freshTarget();
    rig.server.answerNext(
        200,
        "{\"invalidated_api_keys\":[],\"previously_invalidated_api_keys\":[],\"error_count\":1,"
            + "\"error_details\":[{\"type\":\"exception\"}]}");
    assertThat(kind(() -> revoker().execute(target))).isEqualTo(RevokerException.Kind.RETRYABLE);
  }

  @Test
  void aYesWithoutAListOfKeysIsTriedAgain() {
    Target target = rig.freshTarget();
    rig.server.answerNext(200, "{}");
    assertThat(kind(() -> revoker().execute(target))).isEqualTo(RevokerException.Kind.RETRYABLE);
    assertThat(rig.works(target)).isTrue();
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
    Target known = rig.freshTarget();
    String id = ElasticsearchRig.id(known);
    Target target = rig.target(id, rig.secretOf(id));
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("refused: 401");
    rig.server.answerNext(200, "{\"api_keys\":[{\"id\":\"" + id + "\",\"invalidated\":true}]}");
    rig.server.answerNext(200, "{}");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.ALIVE);
  }

  @Test
  void withoutTheKeyNothingIsTriedAndThatIsSaid() {
    Target target = rig.withoutSecret(ElasticsearchRig.id(rig.freshTarget()));
    revoker().execute(target);
    Proof proof = revoker().verify(target);
    assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
    assertThat(proof.seen()).contains("not tried");
  }

  @Test
  void aKeyThatIsKeptNoMoreIsDead() {
    Target target = rig.freshTarget();
    revoker().execute(target);
    rig.purge(ElasticsearchRig.id(target));
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
  }

  @Test
  void keysThatTheUserGotSinceAreTold() {
    Target target = rig.freshTarget();
    Instant since = Instant.now();
    String second = KafkaProbe.uniqueName("second");
    String unused = rig.make(second, "agent");
    revoker().execute(target);
    assertThat(revoker().verify(target.takenFor(since)).seen()).contains(second);
    assertThat(revoker().verify(target.takenFor(since.plusSeconds(60))).seen())
        .doesNotContain(second);
  }

  @Test
  void theRevokersOwnKeyIsRefused() {
    Target own = rig.withoutSecret(ElasticsearchRig.OWN_ID);
    assertThat(kind(() -> revoker().plan(own))).isEqualTo(RevokerException.Kind.REFUSED);
    assertThat(kind(() -> revoker().execute(own))).isEqualTo(RevokerException.Kind.REFUSED);
  }

  private static RevokerException.Kind kind(Runnable call) {
    return catchThrowableOfType(RevokerException.class, call::run).kind();
  }
}
