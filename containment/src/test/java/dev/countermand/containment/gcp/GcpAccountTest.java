package dev.countermand.containment.gcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countermand.containment.Providers;
import dev.countermand.containment.revoker.DoubleContract;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.runtime.http.HttpCaller;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The contract, and what is proved, for service accounts, at a double. */
class GcpAccountTest extends DoubleContract<GoogleRig> {

  @Override
  protected GoogleRig open(Path keys) {
    return new GoogleRig(new GcpAccountRevokerFactory(), keys);
  }

  @Test
  void theProofIsAKeyThatIsRefused() {
    Target target = rig().freshTarget();
    revoker().execute(target);
    assertThat(revoker().verify(target).seen()).contains("is disabled", "invalid_grant");
  }

  @Test
  void anAccountThatWasDisabledBeforeStaysSo() {
    Target target = rig().freshTarget();
    rig().google.disabled.add(target.handle().get(GoogleRig.ACCOUNT));
    Map<String, String> prior = revoker().plan(target).prior();
    revoker().execute(target);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.RESTORED);
    assertThat(rig().works(target)).isFalse();
  }

  @Test
  void anAccountThatSomebodyDeletedIsDeadAndCannotBeGivenBack() {
    Target target = rig().freshTarget();
    Map<String, String> prior = revoker().plan(target).prior();
    rig().google.accounts.remove(target.handle().get(GoogleRig.ACCOUNT));
    rig().google.keys.remove(KeyFile.of(target.secret().orElseThrow()).orElseThrow().id());
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(revoker().undo(target, prior).result()).isEqualTo(Restoration.Result.IMPOSSIBLE);
  }

  @Test
  void anAccountWhoseAddressDoesNotTellItsProjectIsFoundByTheWildcard() {
    String account = "1234-compute@developer.gserviceaccount.com";
    Target target = rig().target(account, "key-1");
    rig().giveBack(target);
    revoker().execute(target);
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    assertThat(rig().server().requests())
        .anyMatch(request -> request.path().startsWith("/v1/projects/-/serviceAccounts/1234"));
  }

  @Test
  void withoutAKeyItIsTheAccountOfTheMachineWhichIsNeverTouched() {
    URI metadata =
        URI.create(rig().provider() + "/computeMetadata/v1/instance/service-accounts/default/");
    try (Revoker revoker =
        Accounts.create(
            new ProviderKeys("cloud", "gcp-account"),
            Providers.of(
                "gcp-account", Duration.ofSeconds(5), Map.of("url", rig().provider().toString())),
            new HttpCaller(Duration.ofSeconds(5)),
            metadata,
            AccountRevoker::new)) {
      revoker.check();
      Target target = rig().freshTarget();
      revoker.execute(target);
      assertThat(rig().works(target)).isFalse();
      Target own = rig().target(GoogleDouble.OWN, GoogleDouble.OWN_KEY);
      assertThat(catchThrowableOfType(RevokerException.class, () -> revoker.execute(own)).kind())
          .isEqualTo(RevokerException.Kind.REFUSED);
    }
  }
}
