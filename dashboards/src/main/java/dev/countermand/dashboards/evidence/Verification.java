package dev.countermand.dashboards.evidence;

import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.FileErrors;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/**
 * Whether what was signed of topics is there, as it was: reads the checkpoints from their topic and
 * from the notary's files, and the records from Kafka. Memory does not grow with either.
 */
public final class Verification {
  private static final int WAIT_SECONDS = 30;
  private static final Pattern FILE = Pattern.compile("(.{1,249})-([0-9]{1,6})\\.jsonl");

  /** One that the notary keeps in its file for a moment before it is on the topic. */
  private static final Duration UNDERWAY = Duration.ofMinutes(1);

  private final KafkaSettings kafka;
  private final PublicKeys keys;
  private final @Nullable Path files;
  private final Instant now;

  /**
   * Reads nothing yet.
   *
   * @param files the directory of the notary's files; null to take the topic alone
   */
  public Verification(KafkaSettings kafka, PublicKeys keys, @Nullable Path files, Instant now) {
    this.kafka = kafka;
    this.keys = keys;
    this.files = files;
    this.now = now;
  }

  /** Is told what is found, and how far it is. */
  public interface Listener {
    /** A log will be read now. */
    void begins(LogName log);

    /** So far it was read. */
    void reads(LogName log, long offset, long end);

    /** Something is not as it was signed. */
    void problem(Problem problem);

    /** A log was read. */
    void ends(LogReport report);
  }

  /**
   * Verifies topics, one log after the other.
   *
   * @param topics with their prefix
   * @param from checkpoints that were signed before are not looked at
   * @param to nor those after the first that was signed then or later; null for all
   * @throws CountermandException KAFKA_UNREACHABLE, FILE_UNREADABLE, FILE_UNWRITABLE
   */
  public void run(Collection<String> topics, Instant from, @Nullable Instant to, Listener told) {
    Map<String, Integer> partitions = new HashMap<>();
    Map<String, Duration> kept = new HashMap<>();
    describe(topics, partitions, kept);
    Set<LogName> logs = new TreeSet<>();
    partitions.forEach(
        (topic, count) -> {
          for (int i = 0; i < count; i++) {
            logs.add(new LogName(topic, i));
          }
        });
    logs.addAll(filed(topics));
    topics.stream()
        .filter(topic -> !partitions.containsKey(topic))
        .forEach(topic -> logs.add(new LogName(topic, 0)));
    Instant since = from.isAfter(Instant.EPOCH.plus(UNDERWAY)) ? from.minus(UNDERWAY) : from;
    try (TopicCopy copy = TopicCopy.of(kafka, topics, since)) {
      logs.addAll(copy.logs());
      for (LogName log : logs) {
        told.begins(log);
        boolean stands = log.partition() < partitions.getOrDefault(log.topic(), 0);
        told.ends(verify(log, stands, kept, copy, new Span(from, to), told));
      }
    }
  }

  private record Span(Instant from, @Nullable Instant to) {}

  private LogReport verify(
      LogName log,
      boolean stands,
      Map<String, Duration> kept,
      TopicCopy copy,
      Span span,
      Listener told) {
    Hasher hasher = new Hasher();
    long[] count = {0};
    Consumer<Problem> problems =
        problem -> {
          count[0]++;
          told.problem(problem);
        };
    Path file = files == null ? copy.file(log).resolveSibling("none") : files.resolve(log.file());
    try (Records records = stands ? new Records(kafka, log) : null;
        CheckpointSource filed =
            new CheckpointSource("the file " + file, file, log, keys, hasher, problems);
        CheckpointSource published =
            new CheckpointSource("the topic", copy.file(log), log, keys, hasher, problems)) {
      LogVerifier verifier =
          new LogVerifier(
              log, records, hasher, told, keptSince(kept.get(log.topic())), now.minus(UNDERWAY));
      Merge merge =
          new Merge(
              log,
              filed,
              published,
              keptSince(kept.get(kafka.topics().checkpoints())),
              now.minus(UNDERWAY),
              problems);
      boolean toEnd = true;
      Sealed next = merge.next();
      while (next != null && toEnd) {
        if (!next.checkpoint().time().isBefore(span.from())) {
          verifier.take(next);
          toEnd = span.to() == null || next.checkpoint().time().isBefore(span.to());
        }
        next = toEnd ? merge.next() : next;
      }
      List<String> notes = new ArrayList<>(merge.notes());
      LogReport report = verifier.end(toEnd, span.from().equals(Instant.EPOCH));
      notes.addAll(report.notes());
      return new LogReport(
          log,
          report.first(),
          report.last(),
          report.unchanged(),
          report.checkpoints(),
          report.expired(),
          report.uncovered(),
          report.problems() + count[0],
          notes);
    }
  }

  private @Nullable Instant keptSince(@Nullable Duration kept) {
    return kept == null ? null : now.minus(kept);
  }

  /** Logs of these topics of which there is a file: they may be gone from Kafka. */
  private Set<LogName> filed(Collection<String> topics) {
    Set<LogName> logs = new TreeSet<>();
    if (files == null || Files.notExists(files)) {
      return logs;
    }
    try (Stream<Path> found = Files.list(files)) {
      for (Path file : found.toList()) {
        Matcher name = FILE.matcher(String.valueOf(file.getFileName()));
        if (name.matches() && topics.contains(name.group(1))) {
          logs.add(new LogName(name.group(1), Integer.parseInt(name.group(2))));
        }
      }
    } catch (java.io.IOException e) {
      throw FileErrors.unreadable(files, e);
    }
    return logs;
  }

  /** How many partitions topics have, and how long they keep records by age alone. */
  private void describe(
      Collection<String> topics, Map<String, Integer> partitions, Map<String, Duration> kept) {
    try (Admin admin = Admin.create(kafka.admin("countermand-verify"))) {
      Set<String> there = admin.listTopics().names().get(WAIT_SECONDS, TimeUnit.SECONDS);
      List<String> known = topics.stream().filter(there::contains).toList();
      if (!there.contains(kafka.topics().checkpoints())) {
        throw new CountermandException(
            "EVIDENCE_MISSING",
            "There is no topic " + kafka.topics().checkpoints() + ". Run a notary first.");
      }
      admin
          .describeTopics(known)
          .allTopicNames()
          .get(WAIT_SECONDS, TimeUnit.SECONDS)
          .forEach((topic, of) -> partitions.put(topic, of.partitions().size()));
      List<ConfigResource> resources = new ArrayList<>();
      known.forEach(topic -> resources.add(resource(topic)));
      resources.add(resource(kafka.topics().checkpoints()));
      admin
          .describeConfigs(resources)
          .all()
          .get(WAIT_SECONDS, TimeUnit.SECONDS)
          .forEach((of, config) -> kept(config).ifPresent(time -> kept.put(of.name(), time)));
    } catch (ExecutionException | TimeoutException e) {
      throw new CountermandException(
          "KAFKA_UNREACHABLE",
          "Kafka at "
              + kafka.bootstrap()
              + " does not describe the topics. Check that it runs, and that this user may DESCRIBE"
              + " and DESCRIBE_CONFIGS.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while verifying.", e);
    }
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  /** Empty where records may go by size, too. */
  private static java.util.Optional<Duration> kept(Config config) {
    ConfigEntry bytes = config.get("retention.bytes");
    ConfigEntry age = config.get("retention.ms");
    if (age == null || bytes == null || !"-1".equals(bytes.value())) {
      return java.util.Optional.empty();
    }
    long millis = Long.parseLong(age.value());
    // For ever: as far back as an instant goes.
    return java.util.Optional.of(millis < 0 ? Duration.ofDays(365_000) : Duration.ofMillis(millis));
  }
}
