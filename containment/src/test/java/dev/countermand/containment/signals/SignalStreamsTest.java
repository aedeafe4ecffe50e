package dev.countermand.containment.signals;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Step;
import dev.countermand.runtime.http.HttpCaller;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SignalStreamsTest {
  private static final String SESSION =
      "https://schemas.openid.net/secevent/caep/event-type/session-revoked";
  private static final String MINE = "/streams?stream_id=directory";

  @TempDir Path directory;
  private SignalRig rig;

  @BeforeEach
  void prepare() {
    rig = new SignalRig(directory);
    rig.start();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  @Test
  void theMetadataHasWhatTheInteroperabilityProfileAsksFor() {
    HttpCaller.Answer answer = rig.call("GET", "/.well-known/ssf-configuration", Map.of(), "");
    JsonNode metadata = SignalRig.json(answer.body());
    assertThat(metadata.path("spec_version").asText()).isEqualTo("1_0");
    assertThat(metadata.path("delivery_methods_supported"))
        .extracting(JsonNode::asText)
        .containsExactly("urn:ietf:rfc:8935", "urn:ietf:rfc:8936");
    assertThat(metadata.at("/authorization_schemes/0/spec_urn").asText())
        .isEqualTo("urn:ietf:rfc:6749");
    for (String name : new String[] {"configuration_endpoint", "status_endpoint"}) {
      String path = metadata.path(name).asText().substring(rig.issuer().length());
      assertThat(rig.call("GET", path + "?stream_id=directory", SignalRig.POLLED, "").status())
          .isEqualTo(200);
      assertThat(rig.call("GET", path, Map.of(), "").status()).isEqualTo(401);
    }
  }

  @Test
  void aReceiverReadsAndChangesItsOwnStreamOnly() {
    JsonNode all = body("GET", "/streams", "");
    assertThat(all).hasSize(1);
    assertThat(all.get(0).path("aud").asText()).isEqualTo("https://directory.example.com");
    assertThat(all.at("/0/delivery/endpoint_url").asText())
        .isEqualTo(rig.issuer() + "/poll/directory");
    assertThat(all.at("/0/events_delivered")).hasSize(3);
    assertThat(status("GET", "/streams?stream_id=shop", "")).isEqualTo(404);

    JsonNode changed =
        body(
            "PATCH",
            "/streams",
            "{\"stream_id\":\"directory\",\"description\":\"ours\",\"events_requested\":[\""
                + SESSION
                + "\",\"https://example.com/unknown\"]}");

    assertThat(changed.path("events_delivered"))
        .extracting(JsonNode::asText)
        .containsExactly(SESSION);
    assertThat(body("GET", MINE, "")).isEqualTo(changed);
    assertThat(
            status(
                "PATCH",
                "/streams",
                "{\"stream_id\":\"directory\",\"delivery\":{\"method\":\"urn:ietf:rfc:8935\","
                    + "\"endpoint_url\":\"https://thief.example.com\"}}"))
        .isEqualTo(400);
    JsonNode replaced = body("PUT", "/streams", "{\"stream_id\":\"directory\"}");
    assertThat(replaced.path("events_delivered")).hasSize(3);
    assertThat(replaced.has("description")).isFalse();
  }

  @Test
  void whatAReceiverAskedForHoldsInTheNextProcess() {
    body(
        "PATCH",
        "/streams",
        "{\"stream_id\":\"directory\",\"events_requested\":[\"" + SESSION + "\"]}");
    rig.stop();
    rig.start();

    assertThat(body("GET", MINE, "").path("events_delivered")).hasSize(1);
    rig.outcome("agent-1", Step.REVOKE, "9f2c4be17a60d35512c8e4f7a90b6d13");
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    JsonNode set = rig.awaitWaiting(1).elements().next();
    assertThat(Receiver.type(rig.receiver(SignalRig.POLLED).check(set.asText())))
        .isEqualTo(SESSION);
  }

  @Test
  void aPausedStreamHoldsEventsAndADisabledOneDropsThem() {
    assertThat(body("GET", "/status?stream_id=directory", "").path("status").asText())
        .isEqualTo("enabled");
    setStatus("paused");
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    awaitPushed(1);
    assertThat(rig.poll("{\"returnImmediately\":true}").path("sets")).isEmpty();
    setStatus("enabled");
    rig.awaitWaiting(1);

    setStatus("disabled");
    rig.outcome("agent-2", Step.KILL_SWITCH, null);
    awaitPushed(2);
    setStatus("enabled");
    rig.outcome("agent-3", Step.KILL_SWITCH, null);

    JsonNode set = rig.awaitWaiting(1).elements().next();
    assertThat(rig.receiver(SignalRig.POLLED).check(set.asText()).at("/sub_id/sub").asText())
        .isEqualTo("agent-3");
    assertThat(status("POST", "/status", "{\"stream_id\":\"directory\",\"status\":\"odd\"}"))
        .isEqualTo(400);
  }

  @Test
  void aDeletedStreamIsGoneUntilItIsCreatedAgain() {
    assertThat(status("POST", "/streams", "{}")).isEqualTo(409);
    assertThat(status("DELETE", MINE, "")).isEqualTo(204);
    assertThat(status("GET", MINE, "")).isEqualTo(404);
    assertThat(body("GET", "/streams", "")).isEmpty();
    assertThat(status("POST", "/poll/directory", "{}")).isEqualTo(404);

    assertThat(status("POST", "/streams", "{\"delivery\":{\"method\":\"urn:ietf:rfc:8936\"}}"))
        .isEqualTo(201);
    assertThat(status("GET", MINE, "")).isEqualTo(200);
  }

  @Test
  void nothingIsToldOfASubjectThatWasRemoved() {
    String agent =
        "{\"stream_id\":\"directory\",\"subject\":{\"format\":\"iss_sub\",\"iss\":\""
            + rig.issuer()
            + "\",\"sub\":\"agent-1\"}}";
    assertThat(status("POST", "/subjects/remove", agent)).isEqualTo(204);
    rig.outcome("agent-1", Step.KILL_SWITCH, null);
    awaitPushed(1);
    assertThat(rig.poll("{\"returnImmediately\":true}").path("sets")).isEmpty();

    assertThat(status("POST", "/subjects/add", agent)).isEqualTo(200);
    rig.outcome("agent-1", Step.REVOKE, "9f2c4be17a60d35512c8e4f7a90b6d13");
    rig.awaitWaiting(1);
  }

  @Test
  void aVerificationArrivesWithTheStateOfItsRequest() {
    assertThat(status("POST", "/verify", "{\"stream_id\":\"directory\",\"state\":\"a-b-c\"}"))
        .isEqualTo(204);
    assertThat(rig.call("POST", "/verify", SignalRig.PUSHED, "{\"stream_id\":\"shop\"}").status())
        .isEqualTo(204);

    JsonNode polled =
        rig.receiver(SignalRig.POLLED).check(rig.awaitWaiting(1).elements().next().asText());
    assertThat(Receiver.type(polled)).isEqualTo(Event.VERIFICATION);
    assertThat(Receiver.event(polled).path("state").asText()).isEqualTo("a-b-c");
    assertThat(polled.path("sub_id"))
        .isEqualTo(SignalRig.json("{\"format\":\"opaque\",\"id\":\"directory\"}"));
    awaitPushed(1);
    JsonNode pushed = rig.receiver(SignalRig.PUSHED).check(rig.endpoint.accepted.get(0));
    assertThat(Receiver.type(pushed)).isEqualTo(Event.VERIFICATION);
    assertThat(Receiver.event(pushed).has("state")).isFalse();
    assertThat(status("POST", "/verify", "{\"stream_id\":\"shop\"}")).isEqualTo(404);
  }

  private void setStatus(String status) {
    assertThat(
            body("POST", "/status", "{\"stream_id\":\"directory\",\"status\":\"" + status + "\"}")
                .path("status")
                .asText())
        .isEqualTo(status);
  }

  private void awaitPushed(int count) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> rig.endpoint.accepted.size() == count);
  }

  private int status(String method, String path, String body) {
    return rig.call(method, path, SignalRig.POLLED, body).status();
  }

  private JsonNode body(String method, String path, String body) {
    HttpCaller.Answer answer = rig.call(method, path, SignalRig.POLLED, body);
    assertThat(answer.status()).isEqualTo(200);
    return SignalRig.json(answer.body());
  }
}
