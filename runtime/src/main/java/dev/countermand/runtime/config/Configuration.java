package dev.countermand.runtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.countermand.model.Credential;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Topics;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * @param elasticsearch where documents are indexed
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record Configuration(
    Path data,
    Kafka kafka,
    Gateway gateway,
    Scoring scoring,
    Learning learning,
    Tasks tasks,
    Containment containment,
    RiskSettings risk,
    IncidentSettings incidents,
    Elasticsearch elasticsearch) {
  private static final Pattern KIND = Pattern.compile("[a-z0-9-]{1,64}");
  private static final String KIND_CHOICE = "must be lower-case letters, digits and -, at most 64";

  public Configuration {
    data = or(data, Path.of(".countermand"));
    kafka = or(kafka, new Kafka(null, null, 0, 0, null));
    gateway = or(gateway, new Gateway(null, 0, null, null, null, null, null, null));
    scoring = or(scoring, new Scoring(null, 0, null));
    learning = or(learning, new Learning(null));
    tasks = or(tasks, new Tasks(null, null));
    containment = or(containment, new Containment(null, null, null));
    risk = or(risk, new RiskSettings(null, 0, 0, 0));
    incidents = or(incidents, new IncidentSettings(null, 0, null));
    elasticsearch = or(elasticsearch, new Elasticsearch(null, null, null));
  }

  /** The directory of the fingerprint key and of containment's key pair. */
  public Path keys() {
    return data.resolve("keys");
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
      bootstrap = or(bootstrap, "127.0.0.1:9092");
      topicPrefix = or(topicPrefix, Topics.DEFAULT_PREFIX);
      partitions = partitions == 0 ? 4 : (int) positive("kafka.partitions", partitions);
      replication = replication == 0 ? 1 : (int) positive("kafka.replication", replication);
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
  }

  /**
   * The gateway.
   *
   * @param host the address it listens on; {@code 127.0.0.1} by default
   * @param port the port it listens on; 7077 by default
   * @param verdictDeadline how long an attempt waits for the scorer; 1 s by default
   * @param withoutVerdict what to answer when no verdict comes in time, by environment of the
   *     source; the key {@code default} is for all others
   * @param spool where actions wait while Kafka is away
   * @param sources who may report
   * @param operators who may open and close tasks
   * @param seal which secrets are kept sealed to containment
   */
  public record Gateway(
      String host,
      int port,
      Duration verdictDeadline,
      Map<String, WithoutVerdict> withoutVerdict,
      Spool spool,
      List<Source> sources,
      List<Operator> operators,
      Seal seal) {

    public Gateway {
      host = or(host, "127.0.0.1");
      port = port == 0 ? 7077 : (int) positive("gateway.port", port);
      if (port > 65_535) {
        throw new ConfigurationProblem("gateway.port must be at most 65535");
      }
      verdictDeadline = or(verdictDeadline, Duration.ofSeconds(1));
      withoutVerdict = withoutVerdict == null ? Map.of() : Map.copyOf(withoutVerdict);
      if (verdictDeadline.isZero()) {
        throw new ConfigurationProblem("gateway.verdict-deadline must be more than 0");
      }
      spool = or(spool, new Spool(0));
      sources = sources == null ? List.of() : List.copyOf(sources);
      if (sources.stream().map(Source::name).distinct().count() < sources.size()) {
        throw new ConfigurationProblem("gateway.sources[].name must differ between sources");
      }
      operators = operators == null ? List.of() : List.copyOf(operators);
      if (operators.stream().map(Operator::name).distinct().count() < operators.size()) {
        throw new ConfigurationProblem("gateway.operators[].name must differ between operators");
      }
      seal = or(seal, new Seal(null, null));
    }

    /** What to answer without a verdict to a source of an environment. */
    public WithoutVerdict withoutVerdict(@Nullable String environment) {
      WithoutVerdict fallback =
          withoutVerdict.getOrDefault("default", WithoutVerdict.DENY_DANGEROUS);
      return environment == null ? fallback : withoutVerdict.getOrDefault(environment, fallback);
    }
  }

  /** Which secrets of a kind are kept, sealed to containment's public key. */
  public enum SealPolicy {
    /** Also those that nobody registered, when an agent reads or uses them. */
    ALL,
    /** Those that people register. */
    REGISTERED,
    /** None: they can be revoked by a handle only. */
    NONE
  }

  /**
   * Which secrets are kept sealed.
   *
   * @param otherwise the key {@code default}: what holds for kinds that are not named; {@code
   *     registered} by default
   * @param kinds what holds for a kind, as the redactor or the registry names it
   */
  public record Seal(@JsonProperty("default") SealPolicy otherwise, Map<String, SealPolicy> kinds) {
    public Seal {
      otherwise = or(otherwise, SealPolicy.REGISTERED);
      kinds = kinds == null ? Map.of() : Map.copyOf(kinds);
      if (!kinds.keySet().stream().allMatch(Configuration::isKind)) {
        throw new ConfigurationProblem("gateway.seal.kinds.* " + KIND_CHOICE);
      }
    }

    /** What holds for a kind. */
    public SealPolicy of(String kind) {
      return kinds.getOrDefault(kind, otherwise);
    }

    /** Whether tokens that nobody registered are kept, of one kind at least. */
    public boolean takesUnregistered() {
      return otherwise == SealPolicy.ALL || kinds.containsValue(SealPolicy.ALL);
    }
  }

  /** What the gateway answers an attempt when no verdict comes in time. */
  public enum WithoutVerdict {
    /** Deny what destroys or uses a credential outside the task; allow the rest. */
    DENY_DANGEROUS,
    /** Deny everything. */
    DENY,
    /** Ask a person about everything. */
    ASK,
    /** Allow everything. */
    ALLOW
  }

  /**
   * Where actions wait while Kafka is away.
   *
   * @param maxBytes most that is kept, in bytes; 1 GiB by default
   */
  public record Spool(long maxBytes) {
    public Spool {
      maxBytes = maxBytes == 0 ? 1L << 30 : positive("gateway.spool.max-bytes", maxBytes);
    }
  }

  /**
   * Somebody who may report actions. Each has a token of its own.
   *
   * @param name names it in records and metrics; required
   * @param token where its bearer token is read from; required
   * @param agent the agent it speaks for; when null, each action must name one (for collectors that
   *     report for many agents)
   * @param agentName what people call the agent
   * @param environment where the agent runs: {@code production}, {@code staging}, {@code
   *     development}
   * @param witness {@code hook} by default
   * @param repositoryTasks whether its agents run on the gateway's own machine, and {@code
   *     .countermand/task.yaml} of the repository they work in narrows their grants; false by
   *     default
   */
  public record Source(
      String name,
      SecretRef token,
      @Nullable String agent,
      @Nullable String agentName,
      @Nullable String environment,
      String witness,
      boolean repositoryTasks) {

    public Source {
      required("gateway.sources[].name", name);
      required("gateway.sources[].token", token);
      witness = or(witness, "hook");
    }
  }

  /**
   * A person, or what acts for one, who may open and close tasks over HTTP. Never an agent.
   *
   * @param name stands in the audit trail; required
   * @param token where its bearer token is read from; required
   */
  public record Operator(String name, SecretRef token) {
    public Operator {
      required("gateway.operators[].name", name);
      required("gateway.operators[].token", token);
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
      threads = threads == 0 ? 1 : (int) positive("scoring.threads", threads);
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
      enabled = or(enabled, true);
    }
  }

  /**
   * What agents may do without a task that a person opened.
   *
   * @param profiles the first that fits an agent is its profile
   * @param policy who decides what a grant covers
   */
  public record Tasks(List<Profile> profiles, Policy policy) {
    public Tasks {
      policy = or(policy, new Policy(null, null, null, null, null, null, null));
      profiles = profiles == null ? List.of() : List.copyOf(profiles);
      if (profiles.stream().map(Profile::name).distinct().count() < profiles.size()) {
        throw new ConfigurationProblem("tasks.profiles[].name must differ between profiles");
      }
    }

    /** The profile of an agent. */
    public Optional<Profile> profile(String agentId) {
      return profiles.stream().filter(profile -> profile.fits(agentId)).findFirst();
    }
  }

  /** Who decides what a grant covers. */
  public enum PolicyEngine {
    /** The clauses of the task as they stand. */
    TASK,
    /** A policy in Cedar, in the same process. */
    CEDAR,
    /** Open Policy Agent, over HTTP; the clauses of the task where it does not answer in time. */
    OPA
  }

  /**
   * Who decides what a grant covers.
   *
   * @param engine {@code task} by default
   * @param file {@code cedar}: the policies; required with it
   * @param entities {@code cedar}: entities in Cedar's JSON form
   * @param url {@code opa}: its address; required with it
   * @param path {@code opa}: the document that decides; {@code countermand/task/decision} by
   *     default
   * @param token {@code opa}: where its bearer token is read from
   * @param deadline {@code opa}: of one question; 50 ms by default
   */
  public record Policy(
      PolicyEngine engine,
      @Nullable Path file,
      @Nullable Path entities,
      @Nullable URI url,
      String path,
      @Nullable SecretRef token,
      Duration deadline) {
    public Policy {
      engine = or(engine, PolicyEngine.TASK);
      path = or(path, "countermand/task/decision");
      deadline = or(deadline, Duration.ofMillis(50));
      if (engine == PolicyEngine.CEDAR) {
        required("tasks.policy.file", file);
      }
      if (engine == PolicyEngine.OPA) {
        required("tasks.policy.url", url);
      }
    }
  }

  /**
   * What some agents may do while no task is open for them.
   *
   * @param name names it in findings; required
   * @param agents ids of agents, or beginnings of ids followed by {@code *}; all by default
   * @param purpose what they usually do, in words
   * @param environments where they may act; {@code *} for everywhere
   * @param resources globs of {@code type:id} they may change; {@code *} for all
   * @param verbs what they may do
   * @param credentials names or fingerprints of the credentials they may use
   * @param openAtSessionStart whether a task with this grant is opened when a session starts and
   *     none is open
   * @param openFor how long such a task holds; 8 h by default
   */
  public record Profile(
      String name,
      List<String> agents,
      String purpose,
      List<String> environments,
      List<String> resources,
      List<String> verbs,
      List<String> credentials,
      boolean openAtSessionStart,
      Duration openFor) {
    private static final int MAX_ENTRIES = 1_000;

    public Profile {
      required("tasks.profiles[].name", name);
      agents = agents == null ? List.of("*") : List.copyOf(agents);
      purpose = or(purpose, "");
      environments = entries(environments);
      resources = entries(resources);
      verbs = entries(verbs);
      credentials = entries(credentials);
      openFor = or(openFor, Duration.ofHours(8));
      if (verbs.stream().anyMatch(verb -> Verb.named(verb).isEmpty())) {
        throw new ConfigurationProblem("tasks.profiles[].verbs[] " + Verb.CHOICE);
      }
      if (agents.stream().anyMatch(Profile::unclear)) {
        throw new ConfigurationProblem("tasks.profiles[].agents[] may have * only at its end");
      }
    }

    private static boolean unclear(String agent) {
      int star = agent.indexOf('*');
      return agent.isEmpty() || (star >= 0 && star < agent.length() - 1);
    }

    private static List<String> entries(@Nullable List<String> list) {
      List<String> entries = list == null ? List.of() : List.copyOf(list);
      if (entries.size() > MAX_ENTRIES) {
        throw new ConfigurationProblem(
            "a list of tasks.profiles[] has more than " + MAX_ENTRIES + " entries");
      }
      return entries;
    }

    private boolean fits(String agentId) {
      return agents.stream()
          .anyMatch(
              agent ->
                  agent.endsWith("*")
                      ? agentId.startsWith(agent.substring(0, agent.length() - 1))
                      : agent.equals(agentId));
    }

    /** The grant, as a task that nobody opened; it holds always. */
    public Task grant(String agentId) {
      return new Task(
          "profile:" + name,
          Instant.EPOCH,
          agentId,
          TaskStatus.OPEN,
          purpose,
          environments,
          resources,
          verbs.stream().flatMap(verb -> Verb.named(verb).stream()).toList(),
          credentials,
          Instant.EPOCH,
          null,
          "configuration",
          Extra.NONE);
    }
  }

  /**
   * What is done with containment orders.
   *
   * @param mode {@code enforce} by default
   * @param protect what is never contained
   * @param providers who can revoke, by the name credentials are registered with
   */
  public record Containment(Mode mode, Protect protect, Map<String, Provider> providers) {
    public Containment {
      mode = or(mode, Mode.ENFORCE);
      protect = or(protect, new Protect(null, null));
      providers = providers == null ? Map.of() : Map.copyOf(providers);
      if (providers.containsKey(Credential.BY_KIND)) {
        throw new ConfigurationProblem(
            "containment.providers may not call one "
                + Credential.BY_KIND
                + ", which is a word"
                + " of ours");
      }
      List<String> kinds = providers.values().stream().flatMap(p -> p.kinds().stream()).toList();
      if (Set.copyOf(kinds).size() < kinds.size()) {
        throw new ConfigurationProblem(
            "containment.providers.*.kinds[] must differ: a kind is revoked at one provider");
      }
    }

    /** The provider that takes unregistered tokens of a kind. */
    public Optional<String> providerOf(String kind) {
      return providers.entrySet().stream()
          .filter(provider -> provider.getValue().kinds().contains(kind))
          .map(Map.Entry::getKey)
          .findFirst();
    }
  }

  /** How far containment goes by itself. */
  public enum Mode {
    /** Record what would be done. */
    OBSERVE,
    /** Wait for a person. */
    APPROVE,
    /** Do it. */
    ENFORCE
  }

  /**
   * What is never contained.
   *
   * @param agents ids of agents
   * @param credentials names or fingerprints of credentials
   */
  public record Protect(List<String> agents, List<String> credentials) {
    public Protect {
      agents = agents == null ? List.of() : List.copyOf(agents);
      credentials = credentials == null ? List.of() : List.copyOf(credentials);
    }
  }

  /**
   * A provider of credentials: one that can revoke them, or can be asked what it lets in, or both.
   *
   * @param type {@code oauth2}, {@code postgresql}, {@code keycloak} or {@code kafka}; required
   * @param url {@code postgresql}: the JDBC URL; {@code keycloak}: the server's address; {@code
   *     kafka}: {@code host:port}, several joined by commas
   * @param user {@code postgresql}: the revoker's own role
   * @param password {@code postgresql}: its password
   * @param revocationEndpoint {@code oauth2}: RFC 7009
   * @param introspectionEndpoint {@code oauth2}: RFC 7662
   * @param clientId {@code oauth2}: the client the endpoints know; {@code keycloak}: one of the
   *     realm with a service account
   * @param clientSecret its secret
   * @param realm {@code keycloak}: whose clients are listed
   * @param client {@code kafka}: further client settings by Kafka's own keys, such as TLS and SASL
   * @param timeout of one call; 5 s by default
   * @param kinds which kinds of tokens that nobody registered it can revoke by the token itself
   */
  public record Provider(
      String type,
      @Nullable String url,
      @Nullable String user,
      @Nullable SecretRef password,
      @Nullable URI revocationEndpoint,
      @Nullable URI introspectionEndpoint,
      @Nullable String clientId,
      @Nullable SecretRef clientSecret,
      @Nullable String realm,
      Map<String, String> client,
      Duration timeout,
      List<String> kinds) {

    public Provider {
      required("containment.providers.*.type", type);
      client = client == null ? Map.of() : Map.copyOf(client);
      timeout = or(timeout, Duration.ofSeconds(5));
      if (kinds != null && !kinds.stream().allMatch(Configuration::isKind)) {
        throw new ConfigurationProblem("containment.providers.*.kinds[] " + KIND_CHOICE);
      }
      kinds = kinds == null ? List.of() : List.copyOf(kinds);
    }

    /** Without the URL, which may carry a password in its query, and without client settings. */
    @Override
    public String toString() {
      return "Provider[type="
          + type
          + ", user="
          + user
          + ", clientId="
          + clientId
          + ", realm="
          + realm
          + "]";
    }
  }

  /**
   * Where documents are indexed.
   *
   * @param url {@code http://127.0.0.1:9200} by default
   * @param apiKey for a secured cluster
   * @param namespace the data streams' namespace; {@code default} by default
   */
  public record Elasticsearch(URI url, @Nullable SecretRef apiKey, String namespace) {
    public Elasticsearch {
      url = or(url, URI.create("http://127.0.0.1:9200"));
      namespace = or(namespace, "default");
    }
  }

  private static boolean isKind(@Nullable String word) {
    return word != null && KIND.matcher(word).matches();
  }

  static <V> V or(@Nullable V value, V fallback) {
    return value == null ? fallback : value;
  }

  private static void required(String key, @Nullable Object value) {
    if (Objects.isNull(value)) {
      throw new ConfigurationProblem(key + " is missing");
    }
  }

  static long positive(String key, long value) {
    if (value < 0) {
      throw new ConfigurationProblem(key + " must be positive");
    }
    return value;
  }
}
