package dev.countermand.dashboards.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.dashboards.DataStream;
import dev.countermand.dashboards.console.Browser.Answer;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.ContainmentStatus;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Resource;
import dev.countermand.model.Risk;
import dev.countermand.model.RiskContribution;
import dev.countermand.model.RiskSubject;
import dev.countermand.model.Rung;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.ContainmentStateSample;
import dev.countermand.testkit.CredentialSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import dev.countermand.testkit.OutcomeSample;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the console says of an incident that is on a real Kafka and in a real Elasticsearch. */
final class ConsoleTest {
  private static final Instant START =
      Instant.now().truncatedTo(ChronoUnit.MILLIS).minus(Duration.ofMinutes(5));
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final String AGENT = "coder-1";

  @TempDir static Path directory;
  private static ConsoleRig rig;
  private static Browser viewer;

  @BeforeAll
  static void tell() throws Exception {
    rig = new ConsoleRig(directory);
    viewer = rig.signedIn(ConsoleRig.VIEWER);
    rig.put(rig.topics.credentials(), TOKEN, Credential.CODEC, credential());
    rig.put(
        rig.topics.credentialHolders(),
        TOKEN,
        CredentialHolders.CODEC,
        new CredentialHolders(TOKEN, START, List.of(AGENT), List.of("other"), Extra.NONE));
    rig.put(
        rig.topics.tasks(),
        AGENT,
        Task.CODEC,
        new Task(
            "task-1",
            START,
            AGENT,
            TaskStatus.OPEN,
            "fix the login page",
            List.of("staging"),
            List.of("repo:*"),
            List.of(Verb.READ, Verb.WRITE),
            List.of(),
            START,
            null,
            "alice",
            Extra.NONE));
    action(
        ActionSample.of("read", START)
            .agent(AGENT)
            .command("cat infra/.env")
            .credentials(List.of(mention(CredentialRole.SIGHTED, "infra/.env"))));
    action(
        ActionSample.of("use", START.plusSeconds(4))
            .agent(AGENT)
            .command("curl -d 'mutation { volumeDelete(volumeId: \"vol-1\") }' https://api.infra")
            .credentials(List.of(mention(CredentialRole.USED, null)))
            .effects(
                List.of(
                    new Effect(
                        Verb.DESTROY,
                        new Resource("volume", "vol-1", "local"),
                        false,
                        0.9,
                        "volumeDelete")))
            .score(
                new Score(Decision.ALLOW, Severity.CRITICAL, List.of("f-1"), START, Extra.NONE)));
    action(ActionSample.of("elsewhere", START).agent("other").command("ls <b>bold</b>"));
    Finding finding =
        FindingSample.of("f-1", START.plusSeconds(5))
            .agent(AGENT)
            .action("use")
            .related(List.of("read"))
            .severity(Severity.CRITICAL)
            .credentials(List.of(TOKEN))
            .build();
    rig.put(rig.topics.findings(), AGENT, Finding.CODEC, finding);
    outcome(Step.KILL_SWITCH, null, 6);
    outcome(Step.REVOKE, TOKEN, 7);
    rig.put(rig.topics.incidents(), "incident-1", Incident.CODEC, incident());
    rig.put(rig.topics.risk(), RiskSubject.agent(AGENT), Risk.CODEC, risk());
    rig.put(
        rig.topics.containmentState(),
        AGENT,
        ContainmentState.CODEC,
        ContainmentStateSample.of(AGENT, ContainmentStatus.CONTAINED, START.plusSeconds(6))
            .taken(
                new TakenCredential(
                    TOKEN, "infra", StepState.VERIFIED, Rung.SUSPEND, Map.of(), Extra.NONE))
            .to(Rung.SUSPEND)
            .build());
    rig.awaitIndexed(DataStream.ACTION, 3);
    rig.awaitIndexed(DataStream.FINDING, 1);
    rig.awaitIndexed(DataStream.OUTCOME, 2);
  }

  @AfterAll
  static void end() {
    rig.close();
  }

  private static void action(ActionSample action) {
    Action made = action.build();
    rig.put(rig.topics.scoredActions(), made.agentId(), Action.CODEC, made);
  }

  private static void outcome(Step step, String credential, int second) {
    rig.put(
        rig.topics.containmentOutcomes(),
        AGENT,
        ContainmentOutcome.CODEC,
        OutcomeSample.of(AGENT, step, StepState.VERIFIED, START.plusSeconds(second), credential));
  }

  private static CredentialMention mention(CredentialRole role, String file) {
    return new CredentialMention(TOKEN, "k1", "api-token", role, "/command", file, Extra.NONE);
  }

  private static Credential credential() {
    return CredentialSample.of(TOKEN, START)
        .capabilities("destroy:volume")
        .sealed("sealed-copy-that-nobody-may-see")
        .build();
  }

  private static Incident incident() {
    return IncidentSample.of("incident-1", START)
        .last(START.plusSeconds(6))
        .contained(START.plusSeconds(6))
        .agent(AGENT)
        .counts(1, 2)
        .findings("f-1")
        .credentials(TOKEN)
        .build();
  }

  private static Risk risk() {
    return new Risk(
        "risk-1",
        START,
        RiskSubject.AGENT,
        RiskSubject.agent(AGENT),
        AGENT,
        null,
        97.2,
        null,
        21_600,
        List.of(
            new RiskContribution(
                "destructive", Severity.CRITICAL, 0.972, START, "f-1", 1, Extra.NONE)),
        Extra.NONE);
  }

  private static JsonNode get(String path) {
    Answer answer = viewer.get(path);
    assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode awaited(String path, String pointer) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> get(path),
            body -> !body.at(pointer).isMissingNode() && !body.at(pointer).isNull());
  }

  @Test
  void theOverviewCountsAndPutsTheRiskiestFirst() {
    JsonNode body = awaited("/api/overview", "/top_risk/0/contained");

    assertThat(body.path("agents").asInt()).isEqualTo(2);
    assertThat(body.path("contained").asInt()).isEqualTo(1);
    assertThat(body.path("open_incidents").asInt()).isEqualTo(1);
    assertThat(body.path("minutes")).hasSize(60);
    assertThat(body.path("minutes").findValuesAsText("destroy")).contains("1");
    assertThat(body.at("/top_risk/0/id").asText()).isEqualTo(AGENT);
    assertThat(body.at("/top_risk/0/risk/score").asDouble()).isBetween(90.0, 97.2);
    assertThat(body.at("/top_risk/0/risk/answer").asText()).isEqualTo("ask");
  }

  @Test
  void anAgentIsShownWithItsTaskItsCredentialsAndWhatWasTaken() {
    JsonNode body = awaited("/api/agents/one?id=" + AGENT, "/last_seen");

    assertThat(body.at("/contained/order").asText()).isEqualTo("order-1");
    assertThat(body.at("/task/purpose").asText()).isEqualTo("fix the login page");
    assertThat(body.at("/task/verbs/1").asText()).isEqualTo("write");
    assertThat(body.at("/contributions/0/kind").asText()).isEqualTo("destructive");
    assertThat(body.at("/credentials/0/name").asText()).isEqualTo("infra-token");
    assertThat(body.at("/taken/0/state").asText()).isEqualTo("verified");
    assertThat(body.at("/incidents/0/id").asText()).isEqualTo("incident-1");
    assertThat(body.path("actions_last_hour").asInt()).isEqualTo(2);
    assertThat(Instant.parse(body.path("last_seen").asText())).isEqualTo(START.plusSeconds(4));
    assertThat(viewer.get("/api/agents/one?id=nobody").code()).isEqualTo("AGENT_UNKNOWN");
    assertThat(get("/api/agents?q=CODER").path("total").asInt()).isEqualTo(1);
  }

  @Test
  void anIncidentSaysWhichStagesItWentThrough() {
    JsonNode body = get("/api/incidents/one?id=incident-1");

    assertThat(body.path("title").asText()).isEqualTo(AGENT + ": destroyed volume vol-1");
    assertThat(get("/api/incidents").at("/incidents/0/title")).isEqualTo(body.path("title"));
    assertThat(body.path("stages").findValuesAsText("stage"))
        .containsExactly("read", "used", "destroyed", "contained", "dead");
    assertThat(body.path("stages").findValuesAsText("entry").subList(0, 3))
        .containsExactly("read", "use", "use");
    assertThat(body.path("suppressed").asInt()).isEqualTo(2);
    assertThat(get("/api/incidents?status=contained&agent=" + AGENT).path("incidents")).hasSize(1);
    assertThat(get("/api/incidents?status=closed").path("incidents")).isEmpty();
    assertThat(get("/api/incidents?before=" + START).path("incidents")).isEmpty();
    assertThat(viewer.get("/api/incidents?status=x").code()).isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(viewer.get("/api/incidents/one?id=none").code()).isEqualTo("INCIDENT_UNKNOWN");
  }

  @Test
  void aTimelineTellsTheStoryAndTheWayOfTheCredential() {
    JsonNode body = get("/api/timeline?incident=incident-1");

    assertThat(body.path("source").asText()).isEqualTo("elasticsearch");
    assertThat(body.path("entries").findValuesAsText("what"))
        .containsExactly(
            "attempt",
            "attempt -> allow",
            "found destructive",
            "kill-switch verified",
            "revoke verified");
    JsonNode use = body.path("entries").get(1);
    assertThat(use.at("/effects/0/verb").asText()).isEqualTo("destroy");
    // Where the credential opens that it was called with.
    assertThat(use.at("/effects/0/environment").asText()).isEqualTo("production");
    assertThat(use.at("/details/0").asText()).startsWith("destroy volume vol-1 in production");
    assertThat(use.at("/credentials/0/name").asText()).isEqualTo("infra-token");
    assertThat(use.at("/credentials/0/how").asText()).isEqualTo("used");
    assertThat(use.path("answer").asText()).isEqualTo("allow");
    JsonNode way = body.at("/lineage/0");
    assertThat(way.path("credential").asText()).isEqualTo(TOKEN);
    assertThat(way.path("name").asText()).isEqualTo("infra-token");
    assertThat(way.path("seen").asText()).isEqualTo("read");
    assertThat(way.path("seen_in").asText()).isEqualTo("infra/.env");
    assertThat(way.path("used").asText()).isEqualTo("use");
    assertThat(way.path("finding").asText()).isEqualTo("f-1");
    assertThat(way.path("dead").asText()).isNotEmpty();
    assertThat(get("/api/timeline?agent=other").path("entries")).hasSize(1);
    assertThat(get("/api/timeline?finding=f-1").path("entries").size()).isGreaterThan(2);
    assertThat(get("/api/timeline?session=session").path("entries").size()).isGreaterThan(2);
    assertThat(get("/api/timeline?credential=" + TOKEN).path("title").asText())
        .isEqualTo("credential infra-token");
    assertThat(get("/api/timeline?agent=" + AGENT + "&limit=2").path("left").asInt()).isEqualTo(3);
    assertThat(viewer.get("/api/timeline").code()).isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(viewer.get("/api/timeline?agent=a&limit=10001").code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
  }

  @Test
  void everyEntryFromElasticsearchLeadsBackToItsRecordInKafkaAndToItsDocument() throws Exception {
    JsonNode body = get("/api/timeline?incident=incident-1");

    assertThat(body.path("source").asText()).isEqualTo("elasticsearch");
    assertThat(body.path("entries")).hasSize(5);
    for (JsonNode entry : body.path("entries")) {
      JsonNode place = entry.path("kafka");
      String record =
          rig.probe.value(
              place.path("topic").asText(),
              place.path("partition").intValue(),
              place.path("offset").longValue());
      assertThat(Json.mapper().readTree(record).at("/event/id")).isEqualTo(entry.path("id"));
      JsonNode document =
          get("/api/documents/one?stream="
                  + entry.at("/elasticsearch/data_stream").asText()
                  + "&id="
                  + entry.at("/elasticsearch/id").asText())
              .path("document");
      assertThat(document.at("/countermand/kafka")).isEqualTo(place);
      assertThat(document.at("/event/id")).isEqualTo(entry.path("id"));
    }
  }

  @Test
  void aDocumentIsGivenWholeAndOnlyFromOurDataStreams() {
    String stream = DataStream.ACTION.in(rig.config.elasticsearch().namespace());

    JsonNode body = get("/api/documents/one?stream=" + stream + "&id=use");

    assertThat(body.at("/document/event/id").asText()).isEqualTo("use");
    assertThat(viewer.get("/api/documents/one?stream=" + stream + "&id=none").code())
        .isEqualTo("DOCUMENT_UNKNOWN");
    assertThat(viewer.get("/api/documents/one?stream=.security&id=use").status()).isEqualTo(404);
    assertThat(viewer.get("/api/documents/one?stream=*&id=use").status()).isEqualTo(404);
  }

  @Test
  void aCredentialIsShownWithWhatItCanDoAndNeverItsSealedCopy() {
    JsonNode list = get("/api/credentials?q=infra");
    JsonNode body = get("/api/credentials/one?id=" + TOKEN);

    assertThat(list.at("/credentials/0/state").asText()).isEqualTo("dead");
    assertThat(list.at("/credentials/0/agents").toString()).contains(AGENT, "other");
    assertThat(body.at("/can/0/verb").asText()).isEqualTo("destroy");
    assertThat(body.at("/can/0/resource").asText()).isEqualTo("volume");
    assertThat(body.path("seen").findValuesAsText("id")).contains("read");
    assertThat(body.path("used").get(0).path("id").asText()).isEqualTo("use");
    assertThat(body.toString() + list).doesNotContain("sealed-copy");
    assertThat(viewer.get("/api/credentials/one?id=" + "0".repeat(32)).code())
        .isEqualTo("CREDENTIAL_UNKNOWN");
  }

  @Test
  void wordsAreFoundInCommandsAndFindings() {
    assertThat(get("/api/search?q=volumeDelete").path("hits").findValuesAsText("id"))
        .contains("use");
    assertThat(get("/api/search?verb=destroy").path("total").asInt()).isEqualTo(1);
    assertThat(get("/api/search?agent=other").path("total").asInt()).isEqualTo(1);
    assertThat(get("/api/search?q=%22%2A%3A%2A~~%28%28").path("total").asInt()).isZero();
    assertThat(viewer.get("/api/search?verb=melt").code()).isEqualTo("CONSOLE_REQUEST_INVALID");
    assertThat(viewer.get("/api/search?q=" + "x".repeat(600)).code())
        .isEqualTo("CONSOLE_REQUEST_INVALID");
  }

  @Test
  void whatHappensIsToldWhileItHappens() throws Exception {
    try (Events events = viewer.follow("/api/live", Map.of());
        Events filtered = viewer.follow("/api/live?agent=somebody", Map.of())) {
      Awaitility.await()
          .until(() -> !events.comments().isEmpty() && !filtered.comments().isEmpty());
      action(ActionSample.of("live-1", Instant.now()).agent("live-agent").command("uptime"));
      JsonNode entry =
          events.await("entry", one -> one.path("id").asText().equals("live-1")).data();
      assertThat(entry.path("text").asText()).isEqualTo("Bash: uptime");
      assertThat(entry.at("/kafka/topic").asText()).isEqualTo(rig.topics.scoredActions());
      assertThat(filtered.seen()).extracting(Events.Event::type).containsOnly("begin");
    }
  }

  @Test
  void aPageIsServedWithHeadersThatLetItLoadNothingFromElsewhere() {
    Answer page = rig.browser().get("/");

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.response().headers().firstValue("content-security-policy").orElse(""))
        .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
        .doesNotContain("unsafe");
    assertThat(page.response().headers().firstValue("x-content-type-options")).hasValue("nosniff");
    assertThat(rig.browser().get("/assets/../../console/Console.class").status()).isNotEqualTo(200);
  }
}
