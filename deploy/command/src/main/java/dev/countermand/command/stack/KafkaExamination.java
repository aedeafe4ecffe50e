package dev.countermand.command.stack;

import dev.countermand.command.stack.Examination.Health;
import dev.countermand.command.stack.Examination.Result;
import dev.countermand.dashboards.evidence.NotaryKey;
import dev.countermand.dashboards.evidence.NotaryStatus;
import dev.countermand.model.Topic;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.config.Configuration;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Looks at Kafka, and at the roles that can be seen there; changes nothing. */
final class KafkaExamination {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** Seconds that something may stand unsigned, however often is signed. */
  private static final long NOTARY_IS_LATE = 60;

  private final Configuration config;
  private final List<Result> results = new ArrayList<>();

  KafkaExamination(Configuration config) {
    this.config = config;
  }

  private void add(String thing, Health health, String sentence) {
    results.add(new Result(thing, health, sentence));
  }

  /** Looks at all of it. */
  List<Result> all() {
    KafkaSettings kafka = config.kafka().settings();
    try {
      Admin admin = Admin.create(settings(kafka));
      try {
        examine(admin, kafka);
      } finally {
        // Else it goes on asking, for as long as its own timeouts say.
        admin.close(Duration.ZERO);
      }
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      add(
          "kafka",
          Health.BAD,
          kafka.bootstrap() + " does not answer; check kafka.bootstrap and that it runs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return results;
  }

  private static Map<String, Object> settings(KafkaSettings kafka) {
    Map<String, Object> settings = kafka.admin("countermand-doctor");
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    return settings;
  }

  private static <T> T get(KafkaFuture<T> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void examine(Admin admin, KafkaSettings kafka)
      throws ExecutionException, InterruptedException, TimeoutException {
    Set<String> names = get(admin.listTopics().names());
    add("kafka", Health.OK, kafka.bootstrap() + " answers");
    List<String> missing =
        kafka.topics().all().stream()
            .map(Topic::name)
            .filter(name -> !names.contains(name))
            .toList();
    add(
        "topics",
        missing.isEmpty() ? Health.OK : Health.WARN,
        missing.isEmpty()
            ? "all " + kafka.topics().all().size() + " are there"
            : missing + " are missing; each role but the gateway creates them when it starts");
    roles(admin, kafka.topics().prefix());
    evidence(kafka);
  }

  /** Whether anybody does the work of each role that reads as a group. */
  private void roles(Admin admin, String prefix)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, String> groups = new LinkedHashMap<>();
    groups.put("scoring", prefix + "-scoring");
    groups.put("risk", prefix + "-risk");
    groups.put("containment", prefix + "-containment");
    groups.put("index", prefix + "-index-action");
    groups.put("notary", prefix + "-notary");
    Set<String> known =
        get(admin.listGroups().all()).stream()
            .map(GroupListing::groupId)
            .collect(Collectors.toSet());
    Map<String, ConsumerGroupDescription> described =
        get(
            admin
                .describeConsumerGroups(groups.values().stream().filter(known::contains).toList())
                .all());
    groups.forEach(
        (role, group) -> {
          int members = described.containsKey(group) ? described.get(group).members().size() : 0;
          add(
              role,
              members > 0 ? Health.OK : Health.WARN,
              members > 0
                  ? members + " member(s) of group " + group
                  : "nobody does it: group " + group + " has no member. Start up, or its role");
        });
  }

  /** How far the notary is; its key is examined with the other keys. */
  private void evidence(KafkaSettings kafka) {
    Path files = config.evidenceFiles();
    if (Files.notExists(files)) {
      add("evidence", Health.OK, "no checkpoints in " + files + ": no notary ran here");
      return;
    }
    try {
      NotaryStatus status =
          NotaryStatus.of(kafka, config.evidence().in(kafka.topics()), files, TIMEOUT);
      long age =
          status
              .last()
              .map(at -> Duration.between(at, Instant.now()).toSeconds())
              .orElse(Long.MAX_VALUE);
      long late = Math.max(NOTARY_IS_LATE, 3 * config.evidence().every().toSeconds());
      boolean fine = status.behind() == 0 || age <= late;
      add(
          "evidence",
          fine ? Health.OK : Health.WARN,
          (status.last().isEmpty()
                  ? "no checkpoint yet"
                  : "the last checkpoint is " + age + " s old")
              + ", "
              + status.behind()
              + " offset(s) are not signed"
              + (fine ? "" : "; does up or notary run? See its log"));
    } catch (CountermandException e) {
      add("evidence", Health.BAD, e.code() + ": " + e.getMessage());
    }
    if (NotaryKey.hasNext(config.keys())) {
      add("evidence", Health.WARN, "a new key waits for the notary: start it");
    }
  }
}
