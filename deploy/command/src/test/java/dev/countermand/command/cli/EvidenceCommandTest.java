package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.evidence.Notary;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.detectors.AgentState;
import dev.countermand.detectors.Known;
import dev.countermand.detectors.Scoring;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.IncidentCounts;
import dev.countermand.model.IncidentStatus;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.Extra;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.config.EvidenceSettings;
import dev.countermand.runtime.kafka.KafkaSettings;
import dev.countermand.runtime.kafka.TopicAdmin;
import dev.countermand.testkit.ActionSample;
import dev.countermand.testkit.FindingSample;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import dev.countermand.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** An incident that a notary signed on a real Kafka: verified, exported, proved elsewhere. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EvidenceCommandTest {
  private static final Instant NOON = Instant.now().minus(Duration.ofHours(2));
  private static final String AGENT = "agent-1";
  private static final String MARKUP = "rm -rf /srv/backups # it's <script>alert('\\\\')</script>";

  @TempDir static Path directory;

  private static Path config;
  private static Topics topics;
  private static KafkaSettings kafka;

  @BeforeAll
  static void tell() throws Exception {
    String bootstrap = TestServers.kafka().bootstrapServers();
    topics = new Topics(KafkaProbe.uniqueName("evidence"));
    kafka = new KafkaSettings(bootstrap, topics, Map.of());
    config = directory.resolve("countermand.yaml");
    Files.writeString(
        config,
        "data: %s\nkafka: {bootstrap: \"%s\", topic-prefix: %s}\n"
            .formatted(directory, bootstrap, topics.prefix()));
    new TopicAdmin(kafka).ensure(topics.all(), 1, 1);
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      for (int i = 0; i < 4; i++) {
        probe.produce(topics.actions(), AGENT, text(Action.CODEC.encode(action(i))));
        Action scored =
            Scoring.standard().score(action(i), null, Known.NOTHING, AgentState.EMPTY).action();
        probe.produce(topics.scoredActions(), AGENT, text(Action.CODEC.encode(scored)));
      }
      probe.produce(topics.findings(), AGENT, text(Finding.CODEC.encode(finding())));
      probe.produce(
          topics.containmentOrders(), AGENT, text(ContainmentOrder.CODEC.encode(order())));
      probe.produce(
          topics.containmentOutcomes(),
          AGENT,
          text(
              ContainmentOutcome.CODEC.encode(
                  OutcomeSample.of(
                      AGENT, Step.KILL_SWITCH, StepState.VERIFIED, NOON.plusSeconds(6)))));
      probe.produce(topics.incidents(), "inc-1", text(Incident.CODEC.encode(incident())));
    }
    try (Notary notary =
        Notary.start(
            kafka,
            new EvidenceSettings(null, 3, Duration.ofMillis(200)),
            directory.resolve("keys"),
            directory.resolve("evidence"),
            new SimpleMeterRegistry(),
            InstantSource.system())) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                Path files = directory.resolve("evidence");
                return notary != null
                    && Files.exists(files)
                    && signed(files.resolve(topics.actions() + "-0.jsonl")) >= 2
                    && signed(files.resolve(topics.containmentOutcomes() + "-0.jsonl")) >= 1
                    && signed(files.resolve(topics.containmentOrders() + "-0.jsonl")) >= 1
                    && signed(files.resolve(topics.findings() + "-0.jsonl")) >= 1;
              });
    }
  }

  private static long signed(Path file) throws Exception {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  private static Action action(int i) {
    return ActionSample.of("act-" + i, NOON.plusSeconds(i))
        .agent(AGENT)
        .command(i == 3 ? MARKUP : "ls " + i)
        .build();
  }

  private static Finding finding() {
    return FindingSample.of("act-3:destructive", NOON.plusSeconds(4))
        .action("act-3")
        .agent(AGENT)
        .rule("destructive")
        .severity(Severity.CRITICAL)
        .build();
  }

  private static ContainmentOrder order() {
    return new ContainmentOrder(
        "order-of-" + AGENT,
        NOON.plusSeconds(5),
        OrderKind.CONTAIN,
        AGENT,
        "destructive",
        "act-3",
        NOON.plusSeconds(3),
        List.of("act-3:destructive"),
        List.of(),
        "scoring",
        Extra.NONE);
  }

  private static Incident incident() {
    return new Incident(
        "inc-1",
        "inc-1:0",
        NOON.plusSeconds(7),
        IncidentStatus.CONTAINED,
        AGENT,
        "The backups would be gone.",
        Severity.CRITICAL,
        90,
        NOON.plusSeconds(4),
        NOON.plusSeconds(4),
        NOON.plusSeconds(6),
        null,
        new IncidentCounts(1, 1, 0, 0, Extra.NONE),
        List.of(),
        List.of("act-3:destructive"),
        List.of(),
        Extra.NONE);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private static Invocation run(String... words) {
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.addAll(List.of("-c", config.toString()));
    return Invocation.of("", arguments.toArray(String[]::new));
  }

  private static Path export(String kind, String name) {
    Path file = directory.resolve(name);
    Invocation done = run("incident", "export", "inc-1", kind, file.toString());
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    return file;
  }

  @Test
  @Order(1)
  void whatWasSignedVerifies() {
    Invocation done = run("verify");

    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out())
        .contains(topics.actions() + "-0: complete and unchanged from offset 0 to 3, 4 records")
        .endsWith("7 records stand as they were signed.\n");
    assertThat(run("verify", "--topic", "findings", "--json").out())
        .contains("\"complete_and_unchanged\":true")
        .doesNotContain(topics.actions() + "\"");
  }

  @Test
  @Order(1)
  void aCopyOfTheCheckpointsThatIsCutOffOrFullOfNothingIsNamed() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    String name = topics.actions() + "-0.jsonl";
    byte[] whole = Files.readAllBytes(directory.resolve("evidence").resolve(name));
    Path file = Files.write(copy.resolve(name), Arrays.copyOf(whole, whole.length - 9));

    Invocation cut = run("verify", "--checkpoints", copy.toString());

    assertThat(cut.code()).as(cut.out() + cut.err()).isZero();
    assertThat(cut.out()).contains("the last line of " + file + " is cut off");

    Files.writeString(file, "\n".repeat(30_000_000));
    Invocation junk = run("verify", "--json", "--checkpoints", copy.toString());

    assertThat(junk.code()).isEqualTo(1);
    assertThat(junk.out()).contains("more than 1000 lines of the file (" + file + ")");
  }

  @Test
  @Order(2)
  void theExportHasEveryRecordWithAProofThatThePublicKeyAloneChecks() throws Exception {
    Path file = export("--json", "incident.json");

    JsonNode all = Json.mapper().readTree(file.toFile());
    Set<String> places = new HashSet<>();
    all.path("proofs")
        .forEach(
            one ->
                places.add(
                    one.at("/record/topic").asText().replace(topics.prefix() + ".", "")
                        + "@"
                        + one.at("/record/offset").asText()));
    assertThat(places)
        .containsExactlyInAnyOrder(
            "actions@0",
            "actions@1",
            "actions@2",
            "actions@3",
            "findings@0",
            "containment-orders@0",
            "containment-outcomes@0");
    assertThat(all.path("unproved")).isEmpty();
    assertThat(all.path("timeline")).hasSize(6);
    Path key = directory.resolve("keys").resolve(NotaryKey.PUBLIC_FILE);
    Invocation done =
        Invocation.of("", "verify", "--proof", file.toString(), "--key", key.toString());
    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out()).endsWith("7 record(s) are proved, 0 are not.\n");
  }

  @Test
  @Order(3)
  void whatPeopleReadOfAnExportIsWhatTheProvedRecordsSay() throws Exception {
    Path file = export("--json", "altered.json");
    String text = Files.readString(file);
    JsonNode all = Json.mapper().readTree(text);
    assertThat(all.path("actions")).isNotEmpty();

    String altered = all.path("actions").toString().replace("ls 0", "ls 7");
    ((ObjectNode) all).set("actions", Json.mapper().readTree(altered));
    Files.writeString(file, all.toString());

    Invocation done = run("verify", "--proof", file.toString());
    assertThat(done.code()).isEqualTo(1);
    assertThat(done.out()).contains("actions[0]: NOT PROVED: it is in no record that is proved");
  }

  @Test
  @Order(4)
  void aProofOfSomethingElseIsNone() throws Exception {
    ObjectNode all = (ObjectNode) Json.mapper().readTree(export("--json", "good.json").toFile());
    ObjectNode one = (ObjectNode) all.path("proofs").get(0);
    Path file = directory.resolve("bad.json");
    for (String change : List.of("value", "offset", "note", "index")) {
      ObjectNode changed = one.deepCopy();
      ObjectNode record = (ObjectNode) changed.path("record");
      switch (change) {
        case "value" -> record.put("value", record.path("value").asText().replace("ls", "cd"));
        case "offset" -> record.put("offset", record.path("offset").asLong() + 1);
        case "note" ->
            changed.put(
                "checkpoint",
                changed.path("checkpoint").asText().replaceFirst("\nbefore \\d+", "\nbefore 77"));
        default -> changed.put("leaf_index", changed.path("leaf_index").asLong() + 1);
      }
      Files.writeString(file, changed.toString());

      Invocation done = run("verify", "--proof", file.toString());

      assertThat(done.code()).as(change).isEqualTo(1);
      assertThat(done.out()).as(change).contains("NOT PROVED");
    }
    Files.writeString(file, "{\"proofs\":[]}");
    assertThat(run("verify", "--proof", file.toString()).code()).as("nothing").isEqualTo(1);
    Files.writeString(file, "{\"record\":{}}");
    assertThat(run("verify", "--proof", file.toString()).err()).contains("FILE_UNREADABLE");
  }

  @Test
  @Order(5)
  void thePageIsOneFileInWhichAnAgentCannotWriteMarkup() throws Exception {
    assertThat(Files.readString(export("--html", "incident.html")))
        .contains("default-src 'none'", "<h2>Evidence</h2>", "7 records are proved")
        .contains(topics.actions() + "-0@3")
        .doesNotContain("<script");
  }

  @Test
  @Order(6)
  void theBundleIsTheSameAgainAndHoldsWhatWasFoundAndDone() throws Exception {
    String first = Files.readString(export("--stix", "one.stix"));

    assertThat(Files.readString(export("--stix", "two.stix"))).isEqualTo(first);
    Set<String> types = new HashSet<>();
    Set<String> ids = new HashSet<>();
    List<String> references = new ArrayList<>();
    for (JsonNode one : Json.mapper().readTree(first).path("objects")) {
      types.add(one.path("type").asText());
      assertThat(ids.add(one.path("id").asText())).as(one.toString()).isTrue();
      one.properties()
          .forEach(
              field -> {
                if (field.getKey().endsWith("_ref")) {
                  references.add(field.getValue().asText());
                } else if (field.getKey().endsWith("_refs")) {
                  field.getValue().forEach(each -> references.add(each.asText()));
                }
              });
    }
    assertThat(types)
        .contains(
            "identity",
            "incident",
            "observed-data",
            "process",
            "indicator",
            "sighting",
            "course-of-action",
            "relationship");
    assertThat(ids).containsAll(references);
  }

  @Test
  @Order(7)
  void theBundleIsValidForTheValidatorOfOasis() throws Exception {
    String python = System.getenv("COUNTERMAND_PEERS_PYTHON");
    assumeTrue(python != null, "skipped: COUNTERMAND_PEERS_PYTHON names no Python");
    assumeTrue(
        new ProcessBuilder(python, "-c", "import stix2, stix2validator").start().waitFor() == 0,
        "skipped: this Python has no stix2 and stix2validator");
    Path file = export("--stix", "valid.stix");
    Path out = directory.resolve("validator.txt");

    Process check =
        new ProcessBuilder(
                python,
                "-c",
                """
                import sys, stix2, stix2validator
                text = open(sys.argv[1], encoding="utf-8").read()
                bundle = stix2.parse(text, allow_custom=False)
                result = stix2validator.validate_string(text, stix2validator.ValidationOptions(version="2.1", strict=True))
                stix2validator.print_results([result] if not isinstance(result, list) else result)
                sys.exit(0 if result.is_valid and len(bundle.objects) > 10 else 1)
                """,
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).as(Files.readString(out)).isZero();
  }

  @Test
  @Order(8)
  void wordsThatCannotBeAndFilesThatAreNotThereAreClearErrors() {
    assertThat(run("verify", "--topic", "verdicts").code()).isEqualTo(2);
    assertThat(run("verify", "--from", "now", "--to", "1d").code()).isEqualTo(2);
    assertThat(run("verify", "--checkpoints", "/nowhere").err()).contains("FILE_UNREADABLE");
    assertThat(run("verify", "--key", "/nowhere").err()).contains("FILE_UNREADABLE");
    assertThat(run("incident", "export", "none", "--json", "/dev/null").err())
        .contains("INCIDENT_UNKNOWN");
    assertThat(run("incident", "export", "inc-1").code()).isEqualTo(2);
  }

  @Test
  @Order(9)
  void theKeyIsReplacedWhileTheNotaryRunsAndTheDoctorKnowsHowFarItIs() throws Exception {
    Path pinned = directory.resolve("keys").resolve(NotaryKey.PUBLIC_FILE);
    String before = Files.readString(pinned);
    Invocation early = run("notary", "rotate-key", "--wait", "1s");
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.out()).contains("No notary took the key countermand-notary+");
    assertThat(run("doctor").out())
        .contains("a new key waits for the notary")
        .containsPattern("notary +nobody does it");

    try (Notary notary =
            Notary.start(
                kafka,
                new EvidenceSettings(null, 3, Duration.ofMillis(200)),
                directory.resolve("keys"),
                directory.resolve("evidence"),
                new SimpleMeterRegistry(),
                InstantSource.system());
        KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      Invocation done = run("notary", "rotate-key", "--wait", "60s");
      assertThat(done.code()).as(done.out() + done.err()).isZero();
      assertThat(done.out()).contains("The notary signs with countermand-notary+");
      probe.produce(topics.actions(), AGENT, text(Action.CODEC.encode(action(9))));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(run("doctor").out())
                      .containsPattern("ok +evidence +the last checkpoint is \\d+ s old, 0 offset")
                      .containsPattern("ok +notary +1 member"));
      assertThat(notary).isNotNull();
    }

    assertThat(Files.readString(pinned)).isEqualTo(before);
    assertThat(before).doesNotContain(NotaryKey.in(directory.resolve("keys")).publicLine());
    Invocation verified = run("verify");
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
  }

  @Test
  @Order(10)
  void whatSomebodyRemovedIsNamedAndTheExitCodeSaysSo() throws Exception {
    try (Admin admin = Admin.create(kafka.admin("cheat"))) {
      admin
          .deleteRecords(
              Map.of(new TopicPartition(topics.actions(), 0), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }

    Invocation done = run("verify");

    assertThat(done.code()).isEqualTo(1);
    assertThat(done.out())
        .contains("REMOVED " + topics.actions() + "-0@0: the record that was signed is gone")
        .contains(topics.findings() + "-0: complete and unchanged");
    assertThat(run("verify", "--json").out()).contains("{\"problem\":\"removed\"");
  }
}
