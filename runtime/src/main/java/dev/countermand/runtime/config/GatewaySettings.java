package dev.countermand.runtime.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.countermand.model.PeerGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The gateway.
 *
 * @param host the address it listens on; {@code 127.0.0.1} by default
 * @param port the port it listens on; 7077 by default
 * @param verdictDeadline how long an attempt waits for the scorer; 1 s by default
 * @param askWait how long an attempt that scoring asks a person about waits for an operator's
 *     answer; 0, not at all, by default
 * @param withoutVerdict what to answer when no verdict comes in time, by environment of the source;
 *     the key {@code default} is for all others
 * @param spool where actions wait while Kafka is away
 * @param sources who may report
 * @param operators who may open and close tasks
 * @param seal which secrets are kept sealed to containment
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record GatewaySettings(
    String host,
    int port,
    Duration verdictDeadline,
    Duration askWait,
    Map<String, WithoutVerdict> withoutVerdict,
    Spool spool,
    List<Source> sources,
    List<Operator> operators,
    Seal seal) {

  private static final Duration LONGEST_ASK = Duration.ofMinutes(10);

  public GatewaySettings {
    host = Values.or(host, "127.0.0.1");
    port = port == 0 ? 7077 : (int) Values.positive("gateway.port", port);
    if (port > 65_535) {
      throw new ConfigurationProblem("gateway.port must be at most 65535");
    }
    verdictDeadline = Values.or(verdictDeadline, Duration.ofSeconds(1));
    withoutVerdict = withoutVerdict == null ? Map.of() : Map.copyOf(withoutVerdict);
    if (verdictDeadline.isZero()) {
      throw new ConfigurationProblem("gateway.verdict-deadline must be more than 0");
    }
    askWait = Values.or(askWait, Duration.ZERO);
    if (askWait.compareTo(LONGEST_ASK) > 0) {
      throw new ConfigurationProblem("gateway.ask-wait must be at most 10m");
    }
    spool = Values.or(spool, new Spool(0));
    sources = sources == null ? List.of() : List.copyOf(sources);
    if (sources.stream().map(Source::name).distinct().count() < sources.size()) {
      throw new ConfigurationProblem("gateway.sources[].name must differ between sources");
    }
    operators = operators == null ? List.of() : List.copyOf(operators);
    if (operators.stream().map(Operator::name).distinct().count() < operators.size()) {
      throw new ConfigurationProblem("gateway.operators[].name must differ between operators");
    }
    seal = Values.or(seal, new Seal(null, null));
  }

  /** The ids of the agents that sources are bound to. */
  public Set<String> agents() {
    return sources.stream()
        .map(Source::agent)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** What to answer without a verdict to a source of an environment. */
  public WithoutVerdict withoutVerdict(@Nullable String environment) {
    WithoutVerdict fallback = withoutVerdict.getOrDefault("default", WithoutVerdict.DENY_DANGEROUS);
    return environment == null ? fallback : withoutVerdict.getOrDefault(environment, fallback);
  }

  /**
   * Somebody who may report actions. Each has a token of its own.
   *
   * @param name names it in records and metrics; required
   * @param token where its bearer token is read from; required
   * @param agent the agent it speaks for; when null, each action must name one (for collectors that
   *     report for many agents)
   * @param agentName what people call the agent
   * @param agentKind what kind of agent it is, a word, for instance {@code claude-code}; with the
   *     profile of its task it makes the peer group. The kind of witness stands in where it is null
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
      @Nullable String agentKind,
      @Nullable String environment,
      String witness,
      boolean repositoryTasks) {

    public Source {
      Values.required("gateway.sources[].name", name);
      Values.required("gateway.sources[].token", token);
      witness = Values.or(witness, "hook");
      if (agentKind != null && !PeerGroup.isWord(agentKind)) {
        throw new ConfigurationProblem("gateway.sources[].agent-kind " + PeerGroup.WORD_CHOICE);
      }
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
      Values.required("gateway.operators[].name", name);
      PersonNames.require("gateway.operators[].name", name);
      Values.required("gateway.operators[].token", token);
    }
  }

  /**
   * Where actions wait while Kafka is away.
   *
   * @param maxBytes most that is kept, in bytes; 1 GiB by default
   */
  public record Spool(long maxBytes) {
    public Spool {
      maxBytes = maxBytes == 0 ? 1L << 30 : Values.positive("gateway.spool.max-bytes", maxBytes);
    }
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
      otherwise = Values.or(otherwise, SealPolicy.REGISTERED);
      kinds = kinds == null ? Map.of() : Map.copyOf(kinds);
      if (!kinds.keySet().stream().allMatch(Values::isKind)) {
        throw new ConfigurationProblem("gateway.seal.kinds.* " + Values.KIND_CHOICE);
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

  /** Which secrets of a kind are kept, sealed to containment's public key. */
  public enum SealPolicy {
    /** Also those that nobody registered, when an agent reads or uses them. */
    ALL,
    /** Those that people register. */
    REGISTERED,
    /** None: they can be revoked by a handle only. */
    NONE
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
}
