package dev.countermand.runtime.kafka;

import dev.countermand.model.Topic;
import dev.countermand.runtime.CountermandException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing. A topic that exists is never altered: where its settings
 * differ from ours the difference is reported, because somebody may have meant it.
 */
public final class TopicAdmin {
  private static final Logger log = LoggerFactory.getLogger(TopicAdmin.class);
  private static final int TIMEOUT_SECONDS = 30;

  private final KafkaSettings settings;

  /** An admin of the cluster of these settings. Nothing is connected yet. */
  public TopicAdmin(KafkaSettings settings) {
    this.settings = settings;
  }

  /**
   * Makes sure that every topic is there.
   *
   * @param partitions for topics that do not say how many
   * @param replication how many copies of each partition
   * @return a sentence for each setting that differs on an existing topic
   * @throws CountermandException KAFKA_UNREACHABLE, or KAFKA_TOPIC_REFUSED when it will not create
   *     one
   */
  public List<String> ensure(Collection<Topic> topics, int partitions, int replication) {
    try (Admin admin = Admin.create(settings.admin("countermand-topics"))) {
      Set<String> existing = admin.listTopics().names().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      for (Topic topic : topics) {
        if (!existing.contains(topic.name())) {
          create(admin, topic, partitions, replication);
        }
      }
      List<Topic> found = topics.stream().filter(t -> existing.contains(t.name())).toList();
      List<String> differences = differences(admin, found);
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
      throw unreachable(e);
    }
  }

  private static void create(Admin admin, Topic topic, int partitions, int replication)
      throws ExecutionException, InterruptedException, TimeoutException {
    int count = topic.partitions() == 0 ? partitions : topic.partitions();
    NewTopic wanted =
        new NewTopic(topic.name(), Optional.of(count), Optional.of((short) replication))
            .configs(topic.settings());
    try {
      admin.createTopics(List.of(wanted)).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      log.info("Created topic {} with {} partition(s)", topic.name(), count);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private static List<String> differences(Admin admin, List<Topic> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<ConfigResource, Topic> byResource = new LinkedHashMap<>();
    topics.forEach(
        topic ->
            byResource.put(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), topic));
    Map<ConfigResource, Config> configs =
        admin.describeConfigs(byResource.keySet()).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    List<String> differences = new ArrayList<>();
    configs.forEach(
        (resource, config) ->
            Objects.requireNonNull(byResource.get(resource))
                .settings()
                .forEach((key, wanted) -> compare(resource, config, key, wanted, differences)));
    return differences;
  }

  private static void compare(
      ConfigResource resource, Config config, String key, String wanted, List<String> differences) {
    ConfigEntry entry = config.get(key);
    if (entry != null && !wanted.equals(entry.value())) {
      differences.add(
          "Topic "
              + resource.name()
              + " has "
              + key
              + "="
              + entry.value()
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

  private static CountermandException refused(ExecutionException e) {
    return new CountermandException(
        "KAFKA_TOPIC_REFUSED",
        "Kafka does not let this user create or read the topics: "
            + e.getMessage()
            + ". Grant CREATE and DESCRIBE_CONFIGS, or create them by hand.",
        e);
  }
}
