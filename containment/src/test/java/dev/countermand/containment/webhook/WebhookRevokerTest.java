package dev.countermand.containment.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.containment.HttpDouble;
import dev.countermand.containment.revoker.HttpRevokerContract;
import dev.countermand.containment.revoker.HttpRevokerRig;
import dev.countermand.containment.revoker.Proof;
import dev.countermand.containment.revoker.ProviderKeys;
import dev.countermand.containment.revoker.Restoration;
import dev.countermand.containment.revoker.Revoker;
import dev.countermand.containment.revoker.RevokerException;
import dev.countermand.containment.revoker.Target;
import dev.countermand.model.Rung;
import dev.countermand.runtime.CountermandException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract against an endpoint that checks signatures, and what the messages hold. */
class WebhookRevokerTest extends HttpRevokerContract {
  @TempDir Path directory;
  private WebhookRig rig;

  @BeforeEach
  void start() {
    rig = new WebhookRig(directory);
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
  void theSignatureIsThatOfTheStandardsExample() {
    assertThat(
            new Signature(new ProviderKeys("badges", "webhook"), WebhookRig.SECRET)
                .headers(
                    "msg_p5jXN8AQM9LWM0D4loKWxJek",
                    Instant.ofEpochSecond(1614265330),
                    "{\"test\": 2432232314}"))
        .containsEntry("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void aMessageHoldsWhatIsDocumentedAndNoSecret() {
    Instant since = Instant.parse("2026-11-21T10:02:58Z");
    Target target = rig.freshTarget().takenFor(since);
    revoker().plan(target);
    revoker().execute(target);
    revoker().verify(target);
    List<HttpDouble.Request> requests = rig.server.requests();
    assertThat(requests)
        .extracting(request -> WebhookRig.tree(request.body()).path("type").asText())
        .containsExactly("credential.plan", "credential.execute", "credential.verify");
    assertThat(requests)
        .noneMatch(request -> request.body().contains(target.secret().orElseThrow()));
    JsonNode data = WebhookRig.tree(requests.get(1).body()).path("data");
    assertThat(data.path("rung").asText()).isEqualTo("suspend");
    assertThat(data.path("since").asText()).isEqualTo(since.toString());
    assertThat(data.at("/credential/kind").asText()).isEqualTo("badge");
    assertThat(data.at("/credential/name").asText()).isEqualTo("door");
    assertThat(data.at("/credential/fingerprint").asText()).isEqualTo(target.fingerprint());
    assertThat(data.at("/credential/handle/badge").asText()).isEqualTo(WebhookRig.badge(target));
  }

  @ParameterizedTest
  @EnumSource(
      value = Rung.class,
      names = {"NARROW", "SUSPEND", "REVOKE"})
  void everyRungIsAskedForByItsName(Rung rung) {
    Target target = rig.freshTarget().to(rung);
    Map<String, String> prior = revoker().plan(target).prior();
    assertThat(revoker().execute(target)).isEqualTo("badge is now " + rung.wireName());
    assertThat(rig.stateOf(target)).isEqualTo(rung.wireName());
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.DEAD);
    Restoration restoration = revoker().undo(target, prior);
    assertThat(restoration.result())
        .isEqualTo(
            rung == Rung.REVOKE ? Restoration.Result.IMPOSSIBLE : Restoration.Result.RESTORED);
  }

  @Test
  void anotherSecretIsRefused() {
    Revoker stranger =
        rig.create(rig.server.address().toString(), "whsec_" + "A".repeat(32), WebhookRig.TIMEOUT);
    RevokerException error = catchThrowableOfType(RevokerException.class, stranger::check);
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error.getMessage()).contains("401");
  }

  @Test
  void a403MeansThatTheCredentialMustNotBeTouched() {
    rig.server.answerNext(403, "{}");
    assertThat(failure().kind()).isEqualTo(RevokerException.Kind.REFUSED);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aBusyEndpointCanBeTriedAgain(int status) {
    rig.server.answerNext(status, "{}");
    assertThat(failure().kind()).isEqualTo(RevokerException.Kind.RETRYABLE);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 400, 404, 422})
  void anyOtherAnswerNeedsSomebodyToChangeSomethingAndIsNotQuoted(int status) {
    rig.server.answerNext(status, "{\"error\":\"quoted\"}");
    RevokerException error = failure();
    assertThat(error.kind()).isEqualTo(RevokerException.Kind.FINAL);
    assertThat(error.getMessage()).contains(String.valueOf(status)).doesNotContain("quoted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<html>", "[]"})
  void anAnswerThatIsNoObjectIsNone(String body) {
    rig.server.answerNext(200, body);
    assertThat(failure().kind()).isEqualTo(RevokerException.Kind.FINAL);
  }

  @Test
  void aLifeThatIsNotSaidIsUnknown() {
    Target target = rig.freshTarget();
    rig.server.answerNext(200, "{\"life\":\"gone\"}");
    assertThat(revoker().verify(target).life()).isEqualTo(Proof.Life.UNKNOWN);
  }

  @Test
  void textsAreCutAndStayOnOneLine() {
    Target target = rig.freshTarget();
    rig.server.answerNext(200, "{\"detail\":\"a\\nb" + "c".repeat(10_000) + "\"}");
    assertThat(revoker().execute(target)).startsWith("a bc").hasSizeLessThan(510);
  }

  @Test
  void aWayBackThatIsTooLargeIsRefused() {
    Target target = rig.freshTarget();
    rig.server.answerNext(200, "{\"prior\":{\"x\":\"" + "c".repeat(20_000) + "\"}}");
    assertThatThrownBy(() -> revoker().plan(target)).hasMessageContaining("16384");
  }

  @Test
  void aRestorationThatIsNeitherIsAFailure() {
    Target target = rig.freshTarget();
    rig.server.answerNext(200, "{\"result\":\"perhaps\"}");
    assertThatThrownBy(() -> revoker().undo(target, Map.of())).isInstanceOf(RevokerException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_short", "whsec_%%%"})
  void aSecretThatIsNoneOfTheStandardIsNamedAndNotQuoted(String secret) {
    assertThatThrownBy(
            () -> rig.create(rig.server.address().toString(), secret, WebhookRig.TIMEOUT))
        .isInstanceOf(CountermandException.class)
        .hasMessageContaining("containment.providers.badges.token")
        .hasMessageNotContaining(secret);
  }

  private RevokerException failure() {
    Target target = rig.freshTarget();
    RevokerException error =
        catchThrowableOfType(RevokerException.class, () -> revoker().execute(target));
    assertThat(rig.works(target)).isTrue();
    return error;
  }
}
