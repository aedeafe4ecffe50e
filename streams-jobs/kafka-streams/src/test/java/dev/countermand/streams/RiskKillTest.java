package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.Risk;
import dev.countermand.model.Severity;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import dev.countermand.model.Topics;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.OutcomeSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The risk job is killed in mid-stream, and nobody can tell from risks, incidents and orders. */
final class RiskKillTest {
  private static final int AGENTS = 24;
  private static final int FINDINGS = 6_000;
  private static final List<String> KINDS =
      List.of("destructive", "credential-scope", "agent-guard", "consequence");

  /** Not long ago, so that nothing is closed by quiet while the test runs. */
  private final Instant start = Instant.now().minusSeconds(3_600).truncatedTo(ChronoUnit.HOURS);

  @TempDir Path directory;

  /** What a topic of states says in the end, by key. */
  private record Ends(
      Map<String, Object> risks, Map<String, Object> incidents, Set<String> orders) {}

  @Test
  void aJobThatIsKilledThreeTimesTellsTheSameAsOneThatIsNot() throws Exception {
    List<Finding> findings = IntStream.range(0, FINDINGS).mapToObj(this::finding).toList();
    Ends undisturbed = undisturbed(findings);
    assertThat(undisturbed.incidents()).hasSize(AGENTS);
    assertThat(undisturbed.orders()).hasSizeBetween(4, AGENTS - 4);
    assertThat(undisturbed.risks()).hasSize(2 * AGENTS);
    try (LiveJobs jobs = new LiveJobs("risk-kill", 3, directory)) {
      jobs.start(RiskProcess.class, "job");
      int killedInMidStream = 0;
      int sent = 0;
      for (int kill = 1; kill <= 3; kill++) {
        int upTo = FINDINGS * kill / 4;
        long told = jobs.end(jobs.topics.risk());
        jobs.sendFindings(findings.subList(sent, upTo));
        jobs.flush();
        sent = upTo;
        jobs.awaitEnd(jobs.topics.risk(), told + 1);
        jobs.kill();
        killedInMidStream += committed(jobs) < jobs.end(jobs.topics.findings()) ? 1 : 0;
        if (kill == 2) {
          jobs.loseState("job");
        }
        jobs.start(RiskProcess.class, "job");
      }
      jobs.sendFindings(findings.subList(sent, FINDINGS));
      for (int agent = 0; agent < 4; agent++) {
        ContainmentOutcome outcome = contained(agent);
        jobs.send(
            jobs.topics.containmentOutcomes(),
            outcome.agentId(),
            outcome.time(),
            ContainmentOutcome.CODEC.encode(outcome));
      }
      jobs.flush();
      jobs.await(Duration.ofMillis(500), () -> ends(jobs.probe, jobs.topics).equals(undisturbed));
      assertThat(killedInMidStream).as("kills in mid-stream").isPositive();
    }
  }

  /** A third of the agents is at most of medium risk; two of three findings repeat one before. */
  private Finding finding(int i) {
    int agent = i % AGENTS;
    int turn = i / AGENTS;
    Severity severity =
        agent % 3 == 0 ? Severity.LOW : turn % 5 == 0 ? Severity.CRITICAL : Severity.MEDIUM;
    return RiskBench.finding(
        "f-" + i,
        "agent-" + agent,
        KINDS.get(turn % (agent % 3 == 0 ? 2 : KINDS.size())),
        severity,
        start.plusSeconds(5L * turn),
        List.of(),
        "volume:" + turn / 12);
  }

  /** Of agents of low risk, which no order is about. */
  private ContainmentOutcome contained(int i) {
    return OutcomeSample.of(
        "agent-" + 3 * i, Step.KILL_SWITCH, StepState.VERIFIED, start.plusSeconds(600));
  }

  private Ends undisturbed(List<Finding> findings) {
    Map<String, Object> risks = new TreeMap<>();
    Map<String, Object> incidents = new TreeMap<>();
    Set<String> orders = new HashSet<>();
    try (RiskBench bench = new RiskBench()) {
      findings.forEach(bench::send);
      IntStream.range(0, 4).mapToObj(this::contained).forEach(bench::send);
      bench.pass(Duration.ofSeconds(1));
      bench.risks().forEach((key, risk) -> risks.put(key, content(Risk.CODEC, risk)));
      bench.incidents().forEach(one -> incidents.put(one.id(), content(Incident.CODEC, one)));
      bench.orders().forEach(order -> orders.add(order.id()));
    }
    return new Ends(risks, incidents, orders);
  }

  private static Ends ends(KafkaProbe probe, Topics topics) {
    Set<String> orders = new HashSet<>();
    for (KafkaProbe.Message message : probe.readAll(topics.containmentOrders())) {
      orders.add(ContainmentOrder.CODEC.decode(message.value().getBytes()).id());
    }
    return new Ends(
        last(probe, topics.risk(), Risk.CODEC),
        last(probe, topics.incidents(), Incident.CODEC),
        orders);
  }

  private static <T> Map<String, Object> last(
      KafkaProbe probe, String topic, DocumentCodec<T> codec) {
    Map<String, Object> last = new TreeMap<>();
    for (KafkaProbe.Message message : probe.readAll(topic)) {
      last.put(message.key(), content(codec, codec.decode(message.value().getBytes())));
    }
    return last;
  }

  /** But for the number of changes, which the time has a part in. */
  private static <T> ObjectNode content(DocumentCodec<T> codec, T document) {
    try {
      ObjectNode tree = (ObjectNode) Json.mapper().readTree(codec.encode(document));
      tree.withObjectProperty("event").remove("id");
      return tree;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long committed(LiveJobs jobs) throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        jobs.admin
            .listConsumerGroupOffsets(jobs.topics.prefix() + "-" + RiskJob.NAME)
            .partitionsToOffsetAndMetadata()
            .get();
    return jobs.partitions(jobs.topics.findings()).stream()
        .map(offsets::get)
        .mapToLong(one -> one == null ? 0 : one.offset())
        .sum();
  }
}
