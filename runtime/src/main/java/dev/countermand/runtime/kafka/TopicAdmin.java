package dev.countermand.runtime.kafka;

import dev.countermand.model.Topic;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.Waits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing. A topic that exists is never altered: where its settings
 * differ from ours the difference is reported, because somebody may have meant it.
 */
public final class TopicAdmin {
  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofMillis(20);

  private final KafkaSettings settings;
  private final Duration limit;

  /** An admin of the cluster of these settings. Nothing is connected yet. */
  public TopicAdmin(KafkaSettings settings) {
    this(settings, PATIENCE);
  }

  /**
   * @param limit how long it waits for each answer, at most 30 s
   */
  public TopicAdmin(KafkaSettings settings, Duration limit) {
    this.settings = settings;
    this.limit = limit.compareTo(PATIENCE) < 0 ? limit : PATIENCE;
  }

  /**
   * Makes sure that every topic is there, and can be written to.
   *
   * @param partitions for topics that do not say how many
   * @param replication how many copies of each partition
   * @return a sentence for each setting, and each number of partitions, that differs on an existing
   *     topic
   * @throws CountermandException KAFKA_UNREACHABLE when no broker answers within the limit;
   *     KAFKA_TOPIC_REFUSED when it will not create one; KAFKA_SETTINGS_INVALID; INTERRUPTED
   */
  public List<String> ensure(Collection<Topic> topics, int partitions, int replication) {
    Admin admin = connect();
    try {
      Set<String> existing =
          admin.listTopics().names().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      List<Topic> missing = topics.stream().filter(t -> !existing.contains(t.name())).toList();
      create(admin, missing, partitions, replication);
      List<Topic> found = topics.stream().filter(t -> existing.contains(t.name())).toList();
      List<String> differences = differences(admin, found, partitions);
      differences.forEach(difference -> log.warn("{}", difference));
      return differences;
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
          ? unreachable(e)
          : refused(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CountermandException("INTERRUPTED", "Interrupted while creating topics.", e);
    } finally {
      // What is not answered by now would hold the close up to a minute.
      admin.close(Duration.ZERO);
    }
  }

  private Admin connect() {
    try {
      return Admin.create(settings.admin("countermand-topics"));
    } catch (KafkaException e) {
      // Without the client's message, which may quote the value of a setting.
      throw new CountermandException(
          "KAFKA_SETTINGS_INVALID",
          "The Kafka client cannot be made for "
              + settings.bootstrap()
              + ". Check that kafka.bootstrap is host:port with a host this machine can resolve,"
              + " and the keys under kafka.client.");
    }
  }

  /** Creates topics; one that somebody else has created meanwhile is taken as it is. */
  private void create(Admin admin, List<Topic> topics, int partitions, int replication)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<NewTopic> wanted =
        topics.stream()
            .map(
                topic ->
                    new NewTopic(
                            topic.name(),
                            Optional.of(partitions(topic, partitions)),
                            Optional.of((short) replication))
                        .configs(topic.settings()))
            .toList();
    Set<String> created = new TreeSet<>();
    for (Map.Entry<String, KafkaFuture<Void>> one :
        admin.createTopics(wanted).values().entrySet()) {
      try {
        one.getValue().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        created.add(one.getKey());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
    if (!created.isEmpty()) {
      awaitLed(admin, created);
      log.info("Created {} topic(s): {}", created.size(), String.join(", ", created));
    }
  }

  /**
   * The controller acknowledges a topic before the brokers have heard of it, and these have before
   * they lead its partitions. Of an idempotent producer that writes in between, the first batch can
   * be refused and the second taken; the first is out of order then, whenever it is tried again.
   */
  private void awaitLed(Admin admin, Set<String> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, TopicDescription> known =
        Waits.until(limit, POLL, () -> described(admin, topics))
            .orElseThrow(() -> new TimeoutException("no broker knows of all of " + topics));
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    known.forEach(
        (name, topic) ->
            topic
                .partitions()
                .forEach(
                    one ->
                        ends.put(new TopicPartition(name, one.partition()), OffsetSpec.latest())));
    // Only who leads a partition tells its end; the client asks until somebody does.
    admin.listOffsets(ends).all().get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Optional<Map<String, TopicDescription>> described(Admin admin, Set<String> topics)
      throws ExecutionException, InterruptedException {
    try {
      return Optional.of(
          admin
              .describeTopics(topics)
              .allTopicNames()
              .get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static int partitions(Topic topic, int standard) {
    return topic.partitions() == 0 ? standard : topic.partitions();
  }

  private List<String> differences(Admin admin, List<Topic> topics, int partitions)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<String, TopicDescription> descriptions =
        admin
            .describeTopics(topics.stream().map(Topic::name).toList())
            .allTopicNames()
            .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    Map<ConfigResource, Config> configs =
        admin
            .describeConfigs(topics.stream().map(TopicAdmin::resource).toList())
            .all()
            .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    List<String> differences = new ArrayList<>();
    for (Topic topic : topics) {
      TopicDescription description = descriptions.get(topic.name());
      if (description != null) {
        compare(
            topic,
            "partitions",
            Integer.toString(description.partitions().size()),
            Integer.toString(partitions(topic, partitions)),
            differences);
      }
      Config config = configs.get(resource(topic));
      new TreeMap<>(topic.settings())
          .forEach(
              (key, wanted) -> {
                ConfigEntry entry = config == null ? null : config.get(key);
                if (entry != null) {
                  compare(topic, key, entry.value(), wanted, differences);
                }
              });
    }
    return differences;
  }

  private static ConfigResource resource(Topic topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic.name());
  }

  private static void compare(
      Topic topic, String what, @Nullable String is, String wanted, List<String> differences) {
    if (!wanted.equals(is)) {
      differences.add(
          "Topic "
              + topic.name()
              + " has "
              + what
              + "="
              + is
              + ", Countermand expects "
              + wanted
              + "; it is left as it is");
    }
  }

  private CountermandException unreachable(Throwable cause) {
    return new CountermandException(
        "KAFKA_UNREACHABLE",
        "No Kafka broker answers at "
            + settings.bootstrap()
            + ". Check kafka.bootstrap, and that the broker runs.",
        cause);
  }

  private CountermandException refused(ExecutionException e) {
    return new CountermandException(
        "KAFKA_TOPIC_REFUSED",
        "Kafka at "
            + settings.bootstrap()
            + " refused to create or describe the topics: "
            + (e.getCause() == null ? e : e.getCause()).getMessage()
            + " Check that kafka.replication is at most the number of brokers and that this user"
            + " may CREATE and DESCRIBE_CONFIGS, or create the topics by hand.",
        e);
  }
}
