package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.model.Action;
import dev.countermand.model.Approval;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.CredentialSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.IncidentSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The story of an incident as it stands on a real Kafka. */
final class TimelineCommandTest {
  private static final Instant NOON = Instant.now().minus(Duration.ofHours(2));
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @TempDir static Path directory;

  private static Path config;
  private static Topics topics;

  @BeforeAll
  static void tell() throws Exception {
    String bootstrap = TestServers.kafka().bootstrapServers();
    String prefix = KafkaProbe.uniqueName("timeline");
    topics = new Topics(prefix);
    config = directory.resolve("countermand.yaml");
    Files.writeString(
        config, "kafka: {bootstrap: \"%s\", topic-prefix: %s}\n".formatted(bootstrap, prefix));
    new TopicAdmin(new KafkaSettings(bootstrap, topics, Map.of())).ensure(topics.all(), 2, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      probe.produce(topics.credentials(), TOKEN, text(Credential.CODEC.encode(registered())));
      probe.produce(
          topics.incidents(),
          "incident-1",
          text(Incident.CODEC.encode(incident("incident-1", 20))));
      produce(probe, used("use", 9, "agent-1", "hook"));
      produce(probe, sighted("read", 1));
      produce(probe, used("seen-by-provider", 10, "agent-1", "audit-log"));
      produce(
          probe,
          ActionSample.of("other", NOON.plusSeconds(5)).agent("agent-2").score(late()).build());
      probe.produce(topics.findings(), "agent-1", text(Finding.CODEC.encode(finding())));
      probe.produce(
          topics.containmentOutcomes(), "agent-1", text(ContainmentOutcome.CODEC.encode(dead())));
      probe.produce(
          topics.approvals(),
          "agent-1",
          text(
              Approval.CODEC.encode(
                  new Approval(
                      "order-1",
                      NOON.plusSeconds(11),
                      "agent-1",
                      Decision.ALLOW,
                      "alice",
                      "it is an incident",
                      Extra.NONE))));
    }
  }

  /** Of an attempt that the kill switch had denied before scoring saw it. */
  private static Score late() {
    return new Score(Decision.ALLOW, Severity.NONE, List.of(), NOON, null, "order-9", Extra.NONE);
  }

  private static void produce(KafkaProbe probe, Action action) {
    probe.produce(topics.scoredActions(), action.agentId(), text(Action.CODEC.encode(action)));
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static Action sighted(String id, int second) {
    return ActionSample.of(id, NOON.plusSeconds(second))
        .agent("agent-1")
        .phase(Phase.RESULT, Outcome.SUCCESS)
        .command("cat deploy/.env")
        .credentials(List.of(mention(CredentialRole.SIGHTED)))
        .build();
  }

  private static Action used(String id, int second, String agent, String witness) {
    return ActionSample.of(id, NOON.plusSeconds(second))
        .agent(agent)
        .witness(witness)
        .command("curl https://api.example/volumes/1 # <script>alert(1)</script>")
        .credentials(List.of(mention(CredentialRole.USED)))
        .effects(
            List.of(
                new Effect(
                    Verb.DESTROY, new Resource("volume", "1", "local"), false, 0.9, "volumes/1")))
        .build();
  }

  private static Credential registered() {
    return CredentialSample.of(TOKEN, NOON).build();
  }

  private static Incident incident(String id, int closed) {
    return IncidentSample.of(id, NOON.plusSeconds(9))
        .agent("agent-1")
        .closed(NOON.plusSeconds(closed))
        .build();
  }

  private static CredentialMention mention(CredentialRole role) {
    return new CredentialMention(
        TOKEN, "k1", "api-token", role, "/command", "deploy/.env", Extra.NONE);
  }

  private static Finding finding() {
    return FindingSample.of("use:read-then-used", NOON.plusSeconds(9))
        .action("use")
        .agent("agent-1")
        .rule("read-then-used")
        .severity(Severity.CRITICAL)
        .credentials(List.of(TOKEN))
        .related(List.of("read"))
        .build();
  }

  private static ContainmentOutcome dead() {
    return new ContainmentOutcome(
        "order-1:revoke:verified",
        NOON.plusSeconds(12),
        "order-1",
        "agent-1",
        Step.REVOKE,
        StepState.VERIFIED,
        null,
        TOKEN,
        "infra",
        NOON.plusSeconds(11),
        NOON.plusSeconds(12),
        NOON.plusSeconds(12),
        1,
        1_000_000_000L,
        "The token is dead.",
        "introspection: active=false",
        Map.of(),
        Extra.NONE);
  }

  private static Invocation timeline(String... options) {
    List<String> arguments = new ArrayList<>(List.of("timeline", "-c", config.toString()));
    arguments.addAll(Arrays.asList(options));
    return Invocation.of("", arguments.toArray(String[]::new));
  }

  private static List<JsonNode> entries(String... options) throws Exception {
    List<String> arguments = new ArrayList<>(Arrays.asList(options));
    arguments.add("--json");
    Invocation done = timeline(arguments.toArray(String[]::new));
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    List<JsonNode> entries = new ArrayList<>();
    for (String line : done.out().split("\n")) {
      if (!line.isEmpty()) {
        entries.add(Json.mapper().readTree(line));
      }
    }
    return entries;
  }

  private static List<String> ids(List<JsonNode> entries) {
    return entries.stream().map(entry -> entry.path("id").asText()).toList();
  }

  @Test
  void theStoryOfAnAgentIsInOrderWithBothWitnessesAndWhatPeopleDecided() throws Exception {
    List<JsonNode> story = entries("--agent", "agent-1");

    assertThat(ids(story))
        .containsExactly(
            "read",
            "use",
            "use:read-then-used",
            "seen-by-provider",
            "order-1:alice",
            "order-1:revoke:verified");
    assertThat(story)
        .extracting(entry -> entry.path("lane").asText())
        .containsExactly("agent", "agent", "countermand", "provider", "people", "countermand");
    assertThat(story.get(2).path("related")).hasToString("[\"read\",\"use\"]");
  }

  @Test
  void whatTheKillSwitchDeniedIsToldAsDeniedWhateverScoringSaidLater() throws Exception {
    assertThat(entries("--agent", "agent-2").get(0).path("what").asText())
        .isEqualTo("attempt -> deny (contained by order-9)");
  }

  @Test
  void everyEntryLeadsBackToItsRecordInKafkaAndItsDocumentInElasticsearch() throws Exception {
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (JsonNode entry : entries("--agent", "agent-1")) {
        JsonNode place = entry.path("kafka");
        String record =
            probe.value(
                place.path("topic").asText(),
                place.path("partition").asInt(),
                place.path("offset").asLong());
        String id = entry.path("id").asText().replace(":alice", "");
        assertThat(record).contains("\"" + id + "\"");
      }
    }
    assertThat(entries("--agent", "agent-1").get(0).at("/elasticsearch/data_stream").asText())
        .isEqualTo("logs-countermand.action-default");
  }

  @Test
  void aCredentialAFindingASessionAndASpanSelectWhatBelongsToThem() throws Exception {
    assertThat(ids(entries("--finding", "use:read-then-used")))
        .contains("read", "use", "use:read-then-used")
        .doesNotContain("other");
    assertThat(ids(entries("--session", "session"))).contains("other", "read");
    assertThat(ids(entries("--agent", "agent-1", "--to", NOON.plusSeconds(9).toString())))
        .containsExactly("read");
    assertThat(entries("--agent", "agent-1", "--from", "1m")).isEmpty();
    assertThat(ids(entries("--agent", "agent-1", "--limit", "1")))
        .containsExactly("order-1:revoke:verified");
  }

  @Test
  void theTimelineOfAnIncidentSaysWhereItStopsAndHowToAskForWhatCameLater() throws Exception {
    Instant end = NOON.plusSeconds(20).plus(Duration.ofMinutes(10)).truncatedTo(ChronoUnit.MILLIS);

    assertThat(timeline("--incident", "incident-1").out())
        .contains("It is told until " + end + ". What came later:", "--from " + end);
    assertThat(ids(entries("--incident", "incident-1"))).contains("order-1:revoke:verified");
    assertThat(timeline("--incident", "incident-1", "--to", "1m").out())
        .doesNotContain("What came later");
  }

  @Test
  void whereACallHitIsToldByTheCredentialThatItWasMadeWith() throws Exception {
    assertThat(entries("--agent", "agent-1").get(1).at("/details/0").asText())
        .isEqualTo("destroy volume 1 in production, for good: volumes/1");
  }

  @Test
  void thePageIsOneFileInWhichAnAgentCannotWriteMarkup() throws Exception {
    Path page = directory.resolve("incident.html");

    Invocation done = timeline("--agent", "agent-1", "--html", page.toString());

    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out()).isEqualTo("6 entries are in " + page + ".\n");
    assertThat(Files.readString(page))
        .contains("agent agent-1", "&lt;script&gt;alert(1)&lt;/script&gt;", "href=\"#read\"")
        .contains("default-src 'none'", "introspection: active=false")
        .doesNotContain("<script");
  }

  @Test
  void whatIsNotThereAndWhatCannotBeAskedAreClearErrors() {
    assertThat(timeline("--finding", "none").err()).contains("FINDING_UNKNOWN");
    assertThat(timeline("--incident", "none").err()).contains("INCIDENT_UNKNOWN");
    assertThat(timeline("--credential", "none").err()).contains("CREDENTIAL_UNKNOWN");
    assertThat(timeline().code()).isEqualTo(2);
    assertThat(timeline("--agent", "a", "--task", "t").code()).isEqualTo(2);
    assertThat(timeline("--agent", "a", "--from", "now", "--to", "1d").code()).isEqualTo(2);
  }
}
