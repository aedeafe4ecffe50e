package dev.countermand.containment.kafkaacl;

import dev.countermand.model.Rung;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.ResourceType;

/** Logs in as a user by SCRAM, and looks what the authorizer lets it see. */
final class Logins {
  private static final String SCRAM = "SCRAM-";
  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  /** The most topics whose rights are looked at: the denials are the same for all. */
  private static final int MAX_TOPICS = 100;

  private static final Pattern USER =
      Pattern.compile("\\busername\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;\"]+))");

  private final Map<String, Object> config;
  private final Duration timeout;

  /**
   * Nothing is connected yet.
   *
   * @param config of an admin client whose calls end within the timeout
   */
  Logins(Map<String, Object> config, Duration timeout) {
    this.config = config;
    this.timeout = timeout;
  }

  /** What a look as a user came to. */
  enum Sight {
    /** It is let in, and can do nothing of what was looked for. */
    NOTHING,
    /** It is let in, and can do something of it. */
    SOMETHING,
    /** It is not let in. */
    REFUSED,
    /** There was no answer to judge by. */
    UNKNOWN
  }

  /**
   * What a look as a user came to.
   *
   * @param told the observation, for the record
   */
  record Look(Sight sight, String told) {}

  static boolean isScram(Map<String, String> client) {
    return client.getOrDefault(SaslConfigs.SASL_MECHANISM, "").startsWith(SCRAM);
  }

  /** The name that a client's settings log in with. */
  static Optional<String> userIn(Map<String, String> client) {
    Matcher found = USER.matcher(client.getOrDefault(SaslConfigs.SASL_JAAS_CONFIG, ""));
    return found.find()
        ? Optional.of(found.group(1) == null ? found.group(2) : found.group(1))
        : Optional.empty();
  }

  /**
   * Looks as the user. Every right on a topic but CREATE, and every one to change the cluster,
   * comes with that to describe it: whoever sees no topic and no right on the cluster has none.
   *
   * @param mechanisms that it has a credential for; without one, that of the configuration is tried
   * @param rung what is looked for: to narrow, whether it can change something that it sees; else
   *     whether it sees anything
   */
  Look look(String user, String password, Set<ScramMechanism> mechanisms, Rung rung) {
    Map<String, Object> mine = new HashMap<>(config);
    mechanisms.stream()
        .findFirst()
        .ifPresent(any -> mine.put(SaslConfigs.SASL_MECHANISM, any.mechanismName()));
    mine.put(
        SaslConfigs.SASL_JAAS_CONFIG,
        MODULE + " username=\"" + quoted(user) + "\" password=\"" + quoted(password) + "\";");
    try {
      Admin admin = Admin.create(mine);
      try {
        return look(admin, user, rung);
      } finally {
        admin.close(Duration.ZERO);
      }
    } catch (KafkaException e) {
      return new Look(Sight.UNKNOWN, "no client can be made to log in as " + user);
    }
  }

  private Look look(Admin admin, String user, Rung rung) {
    try {
      Set<AclOperation> onCluster =
          within(
              admin
                  .describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true))
                  .authorizedOperations());
      Set<String> topics =
          within(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
      return rung == Rung.NARROW
          ? changes(admin, user, onCluster, topics)
          : seen(user, onCluster.size(), topics.size());
    } catch (ExecutionException e) {
      return e.getCause() instanceof SaslAuthenticationException
          ? new Look(Sight.REFUSED, "a login as " + user + " was refused")
          : new Look(
              Sight.UNKNOWN,
              "a login as "
                  + user
                  + " ended with "
                  + (e.getCause() == null ? e : e.getCause()).getClass().getSimpleName());
    } catch (TimeoutException e) {
      return new Look(Sight.UNKNOWN, "a login as " + user + " had no answer in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Look(Sight.UNKNOWN, "a login as " + user + " was interrupted");
    }
  }

  private static Look seen(String user, int onCluster, int topics) {
    return onCluster == 0 && topics == 0
        ? new Look(
            Sight.NOTHING,
            "logged in as " + user + ", it sees no topic and has no right on the cluster")
        : new Look(
            Sight.SOMETHING,
            "logged in as "
                + user
                + ", it sees "
                + topics
                + " topic(s) and has "
                + onCluster
                + " right(s) on the cluster; is it in super.users?");
  }

  /** What the brokers say that the user may do with what it sees. */
  private Look changes(Admin admin, String user, Set<AclOperation> onCluster, Set<String> topics)
      throws ExecutionException, InterruptedException, TimeoutException {
    List<String> some = topics.stream().sorted().limit(MAX_TOPICS).toList();
    long changeable =
        within(
                admin
                    .describeTopics(
                        some, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames())
            .values()
            .stream()
            .filter(topic -> mayChange(ResourceType.TOPIC, topic.authorizedOperations()))
            .count();
    String told =
        "logged in as "
            + user
            + ", it may change "
            + changeable
            + " of "
            + some.size()
            + " topic(s) and "
            + (mayChange(ResourceType.CLUSTER, onCluster) ? "" : "not ")
            + "the cluster";
    return changeable == 0 && !mayChange(ResourceType.CLUSTER, onCluster)
        ? new Look(Sight.NOTHING, told)
        : new Look(Sight.SOMETHING, told + "; is it in super.users?");
  }

  private static boolean mayChange(ResourceType type, Set<AclOperation> operations) {
    return !Denials.changes(type, operations).isEmpty();
  }

  private <V> V within(KafkaFuture<V> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static String quoted(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
