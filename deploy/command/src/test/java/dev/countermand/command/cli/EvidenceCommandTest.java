package dev.countermand.command.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.dashboards.evidence.Notary;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.model.Action;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

/** What a notary signed is verified, and what somebody removed is found. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class EvidenceCommandTest {
  @TempDir static Path directory;
  private static SignedIncident signed;

  @BeforeAll
  static void sign() throws Exception {
    signed = new SignedIncident(directory);
  }

  @Test
  @Order(1)
  void whatWasSignedVerifies() {
    Invocation done = signed.run("verify");

    assertThat(done.code()).as(done.out() + done.err()).isZero();
    assertThat(done.out())
        .contains(
            signed.topics.actions() + "-0: complete and unchanged from offset 0 to 3, 4 records")
        .endsWith("7 records stand as they were signed.\n");
    assertThat(signed.run("verify", "--topic", "findings", "--json").out())
        .contains("\"complete_and_unchanged\":true")
        .doesNotContain(signed.topics.actions() + "\"");
  }

  @Test
  @Order(1)
  void aCopyOfTheCheckpointsThatIsCutOffOrFullOfNothingIsNamed() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("copy"));
    String name = signed.topics.actions() + "-0.jsonl";
    byte[] whole = Files.readAllBytes(directory.resolve("evidence").resolve(name));
    Path file = Files.write(copy.resolve(name), Arrays.copyOf(whole, whole.length - 9));

    Invocation cut = signed.run("verify", "--checkpoints", copy.toString());

    assertThat(cut.code()).as(cut.out() + cut.err()).isZero();
    assertThat(cut.out()).contains("the last line of " + file + " is cut off");

    Files.writeString(file, "\n".repeat(30_000_000));
    for (String[] form : List.of(new String[0], new String[] {"--json"})) {
      List<String> words = new ArrayList<>(List.of("verify", "--checkpoints", copy.toString()));
      words.addAll(List.of(form));
      Invocation junk = signed.run(words.toArray(String[]::new));

      assertThat(junk.code()).isEqualTo(1);
      assertThat(junk.out())
          .contains("checkpoint 1000 of the file " + file + ": ")
          .contains("more than 1000 lines of the file " + file + " are no checkpoints");
    }
  }

  @Test
  @Order(2)
  void wordsThatCannotBeAndFilesThatAreNotThereAreClearErrors() {
    assertThat(signed.run("verify", "--topic", "verdicts").code()).isEqualTo(2);
    assertThat(signed.run("verify", "--from", "now", "--to", "1d").code()).isEqualTo(2);
    assertThat(signed.run("verify", "--checkpoints", "/nowhere").err()).contains("FILE_UNREADABLE");
    assertThat(signed.run("verify", "--key", "/nowhere").err()).contains("FILE_UNREADABLE");
    assertThat(signed.run("incident", "export", "none", "--json", "/dev/null").err())
        .contains("INCIDENT_UNKNOWN");
    assertThat(signed.run("incident", "export", "inc-1").code()).isEqualTo(2);
  }

  @Test
  @Order(3)
  void theKeyIsReplacedWhileTheNotaryRunsAndTheDoctorKnowsHowFarItIs() throws Exception {
    Path pinned = directory.resolve("keys").resolve(NotaryKey.PUBLIC_FILE);
    String before = Files.readString(pinned);
    Invocation early = signed.run("notary", "rotate-key", "--wait", "1s");
    assertThat(early.code()).isEqualTo(1);
    assertThat(early.out()).contains("No notary took the key countermand-notary+");
    assertThat(signed.run("doctor").out())
        .contains("a new key waits for the notary")
        .containsPattern("notary +nobody does it");

    try (Notary notary = signed.notary();
        KafkaProbe probe = new KafkaProbe(TestServers.kafka())) {
      Invocation done = signed.run("notary", "rotate-key", "--wait", "60s");
      assertThat(done.code()).as(done.out() + done.err()).isZero();
      assertThat(done.out()).contains("The notary signs with countermand-notary+");
      probe.produce(
          signed.topics.actions(),
          SignedIncident.AGENT,
          SignedIncident.text(Action.CODEC.encode(SignedIncident.action(9))));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(signed.run("doctor").out())
                      .containsPattern("ok +evidence +the last checkpoint is \\d+ s old, 0 offset")
                      .containsPattern("ok +notary +1 member"));
      assertThat(notary).isNotNull();
    }

    assertThat(Files.readString(pinned)).isEqualTo(before);
    assertThat(before).doesNotContain(NotaryKey.in(directory.resolve("keys")).publicLine());
    Invocation verified = signed.run("verify");
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
  }

  @Test
  @Order(4)
  void whatSomebodyRemovedIsNamedAndTheExitCodeSaysSo() throws Exception {
    try (Admin admin = Admin.create(signed.kafka.admin("cheat"))) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(signed.topics.actions(), 0), RecordsToDelete.beforeOffset(1)))
          .all()
          .get();
    }

    Invocation done = signed.run("verify");

    assertThat(done.code()).isEqualTo(1);
    assertThat(done.out())
        .contains("REMOVED " + signed.topics.actions() + "-0@0: the record that was signed is gone")
        .contains(signed.topics.findings() + "-0: complete and unchanged");
    assertThat(signed.run("verify", "--json").out()).contains("{\"problem\":\"removed\"");
  }
}
