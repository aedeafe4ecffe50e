package dev.countermand.containment.railway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.railway.RailwayDouble.Kind;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Plan;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract for tokens of an account, and what is different with those of a workspace. */
class RailwayAccountTokenTest extends DoubleContract<RailwayRig> {

  @Override
  protected RailwayRig open(Path keys) {
    return new RailwayRig(keys, Kind.ACCOUNT);
  }

  @Test
  void theRevokersOwnTokenIsNeverTouched() {
    Target own = rig().target(RailwayDouble.OWN_ID);
    for (Runnable call :
        List.<Runnable>of(
            () -> revoker().plan(own), () -> revoker().execute(own), () -> revoker().verify(own))) {
      assertThat(catchThrowableOfType(RevokerException.class, call::run).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
    assertThat(rig().works(own)).isTrue();
  }

  @Test
  void anIdOfItsOwnThatDoesNotExistFailsTheCheck() {
    try (Revoker misled = rig().with(RailwayDouble.OWN, "another")) {
      assertThatThrownBy(misled::check).hasMessageContaining("client-id");
    }
  }

  @Test
  void ofMoreTokensThanAreLookedAtThePlanSaysSoAndNothingIsProvedDead(@TempDir Path keys) {
    try (RailwayRig many = new RailwayRig(keys, Kind.ACCOUNT);
        Revoker revoker = many.revoker()) {
      for (int i = 0; i < 310; i++) {
        many.add("a-" + i, "secret-" + i, Instant.EPOCH);
      }
      Target target = many.target("zz");
      many.add("zz", target.secret().orElseThrow(), Instant.EPOCH);
      revoker.check();
      Plan plan = revoker.plan(target);
      assertThat(plan.isWhole()).isFalse();
      assertThat(plan.blastRadius()).contains("more tokens than the 300 that were looked at");
      assertThat(revoker.plan(many.target("a-7")).isWhole()).isTrue();
      revoker.execute(target);
      assertThat(many.works(target)).isFalse();
      assertThat(revoker.verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
    }
  }

  @Test
  void aTokenOfAWorkspaceIsTriedAtItsWorkspaceBecauseItMayNeverAskWhoItIs(@TempDir Path keys) {
    try (RailwayRig workspaces = new RailwayRig(keys, Kind.WORKSPACE);
        Revoker revoker = workspaces.revoker()) {
      Target target = workspaces.freshTarget();
      assertThat(revoker.plan(target).blastRadius()).contains(RailwayDouble.WORKSPACE);
      revoker.execute(target);
      Proof proof = revoker.verify(target);
      assertThat(proof.life()).isEqualTo(Proof.Life.DEAD);
      assertThat(workspaces.server().requests())
          .anyMatch(request -> request.body().contains("workspace(workspaceId"))
          .noneMatch(request -> request.body().contains("me {"));
    }
  }
}
