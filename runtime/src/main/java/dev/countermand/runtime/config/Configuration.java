package dev.countermand.runtime.config;

import dev.countermand.model.Topics;
import dev.countermand.runtime.http.Endpoints;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The one configuration, of one YAML file. Every key is optional unless its Javadoc says otherwise;
 * keys are written in lower case with {@code -} between words.
 *
 * @param data the directory of keys, spool and state; {@code .countermand} by default
 * @param kafka how Kafka is reached
 * @param gateway the gateway for hooks and actions
 * @param scoring the scoring job
 * @param learning the learning job
 * @param tasks what agents may do without a task of their own
 * @param containment what is done with containment orders
 * @param risk what the risk of agents, sessions, credentials and owners leads to
 * @param incidents when findings are told, and when an incident is over
 * @param evidence what the notary signs
 * @param elasticsearch where documents are indexed
 * @param kibana where they are shown
 * @param console the page for people
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record Configuration(
    Path data,
    Kafka kafka,
    GatewaySettings gateway,
    Scoring scoring,
    Learning learning,
    TaskSettings tasks,
    ContainmentSettings containment,
    RiskSettings risk,
    IncidentSettings incidents,
    EvidenceSettings evidence,
    Elasticsearch elasticsearch,
    Kibana kibana,
    ConsoleSettings console) {
  public Configuration {
    data = Values.or(data, Path.of(".countermand"));
    kafka = Values.or(kafka, new Kafka(null, null, 0, 0, null));
    gateway =
        Values.or(gateway, new GatewaySettings(null, 0, null, null, null, null, null, null, null));
    scoring = Values.or(scoring, new Scoring(null, 0, null));
    learning = Values.or(learning, new Learning(null));
    tasks = Values.or(tasks, new TaskSettings(null, null));
    containment = Values.or(containment, new ContainmentSettings(null, null, null));
    risk = Values.or(risk, new RiskSettings(null, 0, 0, 0));
    incidents = Values.or(incidents, new IncidentSettings(null, 0, null));
    evidence = Values.or(evidence, EvidenceSettings.DEFAULTS);
    elasticsearch = Values.or(elasticsearch, new Elasticsearch(null, null, null, null));
    kibana = Values.or(kibana, new Kibana(null, null, null));
    console = Values.or(console, new ConsoleSettings(null, 0, null, null));
  }

  /** The same with another console. */
  public Configuration with(ConsoleSettings other) {
    return with(kafka, other);
  }

  /** The same with another Kafka, or another prefix of its topics. */
  public Configuration with(Kafka other) {
    return with(other, console);
  }

  private Configuration with(Kafka itsKafka, ConsoleSettings itsConsole) {
    return new Configuration(
        data,
        itsKafka,
        gateway,
        scoring,
        learning,
        tasks,
        containment,
        risk,
        incidents,
        evidence,
        elasticsearch,
        kibana,
        itsConsole);
  }

  /** The directory of the fingerprint key and of containment's key pair. */
  public Path keys() {
    return data.resolve("keys");
  }

  /** The directory of the notary's checkpoints. */
  public Path evidenceFiles() {
    return data.resolve("evidence");
  }

  /** The file of the fingerprint key. */
  public Path fingerprintKey() {
    return keys().resolve("fingerprint.key");
  }

  /**
   * How Kafka is reached.
   *
   * @param bootstrap {@code host:port}, several joined by commas; {@code 127.0.0.1:9092} by default
   * @param topicPrefix what stands before each topic's name; {@code countermand} by default
   * @param partitions of topics that are created; 4 by default
   * @param replication copies of each partition of topics that are created; 1 by default
   * @param client further client settings by Kafka's own keys, such as TLS and SASL
   */
  public record Kafka(
      String bootstrap,
      String topicPrefix,
      int partitions,
      int replication,
      Map<String, String> client) {
    private static final Pattern LEGAL_PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public Kafka {
      bootstrap = Values.or(bootstrap, "127.0.0.1:9092");
      topicPrefix = Values.or(topicPrefix, Topics.DEFAULT_PREFIX);
      partitions = partitions == 0 ? 4 : (int) Values.positive("kafka.partitions", partitions);
      replication = replication == 0 ? 1 : (int) Values.positive("kafka.replication", replication);
      client = client == null ? Map.of() : Map.copyOf(client);
      if (!LEGAL_PREFIX.matcher(topicPrefix).matches()) {
        throw new ConfigurationProblem(
            "kafka.topic-prefix must be 1 to 100 letters, digits, '.', '_' or '-'");
      }
    }

    /** Without the values of client settings: passwords are among them. */
    @Override
    public String toString() {
      return "Kafka[" + settings() + ", partitions=" + partitions + "]";
    }

    /** The settings of clients. */
    public KafkaSettings settings() {
      return new KafkaSettings(bootstrap, new Topics(topicPrefix), client);
    }

    /** The same with topics of another prefix. */
    public Kafka withPrefix(String other) {
      return new Kafka(bootstrap, other, partitions, replication, client);
    }
  }

  /**
   * The scoring job.
   *
   * @param state the directory of its state stores; {@code <data>/scoring} by default
   * @param threads how many stream threads; 1 by default
   * @param environments what a team calls its environments: account ids, hosts, contexts, by {@code
   *     production}, {@code staging}, {@code development} and {@code local}
   */
  public record Scoring(@Nullable Path state, int threads, Map<String, List<String>> environments) {
    private static final Set<String> ENVIRONMENTS =
        Set.of("production", "staging", "development", "local");
    private static final int MAX_NAMES = 1_000;
    private static final Pattern NAME = Pattern.compile("\\*?[^*\\s]{3,200}\\*?");

    public Scoring {
      environments = environments == null ? Map.of() : Map.copyOf(environments);
      if (!ENVIRONMENTS.containsAll(environments.keySet())) {
        throw new ConfigurationProblem(
            "scoring.environments may have production, staging, development and local");
      }
      List<String> names = environments.values().stream().flatMap(List::stream).toList();
      if (names.size() > MAX_NAMES || names.stream().anyMatch(Scoring::unclear)) {
        throw new ConfigurationProblem(
            "scoring.environments.*[] must be at most "
                + MAX_NAMES
                + " names of at least 3 characters, with * only at the start or the end");
      }
      threads = threads == 0 ? 1 : (int) Values.positive("scoring.threads", threads);
    }

    private static boolean unclear(@Nullable String name) {
      return name == null || !NAME.matcher(name).matches();
    }
  }

  /**
   * The learning job.
   *
   * @param enabled whether {@code up} runs it, in its own process; true by default
   */
  public record Learning(Boolean enabled) {
    public Learning {
      enabled = Values.or(enabled, true);
    }
  }

  /**
   * Where documents are indexed.
   *
   * @param url {@code http://127.0.0.1:9200} by default
   * @param apiKey for a secured cluster
   * @param namespace the data streams' namespace; {@code default} by default
   * @param retention how long documents are kept, by data stream, and {@link #EVERY_STREAM} for
   *     those that are not named; by default nothing is deleted
   */
  public record Elasticsearch(
      URI url, @Nullable SecretRef apiKey, String namespace, Map<String, Duration> retention) {
    /** The key of the retention of data streams that have none of their own. */
    public static final String EVERY_STREAM = "default";

    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(36_500);

    public Elasticsearch {
      url = Values.or(url, URI.create("http://127.0.0.1:9200"));
      namespace = Values.or(namespace, "default");
      retention = retention == null ? Map.of() : Map.copyOf(retention);
      for (Duration span : retention.values()) {
        boolean whole = span.equals(Duration.ofHours(span.toHours()));
        if (!whole || span.compareTo(SHORTEST) < 0 || span.compareTo(LONGEST) > 0) {
          throw new ConfigurationProblem(
              "elasticsearch.retention.* must be 1d to 36500d, in whole hours");
        }
      }
    }
  }

  /**
   * Where documents are shown.
   *
   * @param url {@code http://127.0.0.1:5601} by default, with a base path where there is one
   * @param apiKey encoded, where Kibana asks for one
   * @param space where dashboards are put; {@code default} by default
   */
  public record Kibana(URI url, @Nullable SecretRef apiKey, String space) {
    private static final Pattern SPACE = Pattern.compile("[a-z0-9_-]{1,100}");

    public Kibana {
      url = Values.or(url, URI.create("http://127.0.0.1:5601"));
      space = Values.or(space, "default");
      if (!Endpoints.isPrivate(url) || url.getRawQuery() != null || url.getRawFragment() != null) {
        throw new ConfigurationProblem(
            "kibana.url must be https, or http on this machine, without a user, ? and #");
      }
      if (!SPACE.matcher(space).matches()) {
        throw new ConfigurationProblem(
            "kibana.space must be the identifier of a space: lower-case letters, digits, _ and -");
      }
    }
  }
}
