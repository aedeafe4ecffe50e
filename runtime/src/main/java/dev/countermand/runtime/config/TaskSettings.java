package dev.countermand.runtime.config;

import dev.countermand.model.PeerGroup;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * What agents may do without a task that a person opened.
 *
 * @param profiles the first that fits an agent is its profile
 * @param policy who decides what a grant covers
 */
@NullUnmarked // a key that the file leaves out arrives as null; the constructors put the default
public record TaskSettings(List<Profile> profiles, Policy policy) {
  public TaskSettings {
    policy = Values.or(policy, new Policy(null, null, null, null, null, null, null));
    profiles = profiles == null ? List.of() : List.copyOf(profiles);
    if (profiles.stream().map(Profile::name).distinct().count() < profiles.size()) {
      throw new ConfigurationProblem("tasks.profiles[].name must differ between profiles");
    }
  }

  /** The profile of an agent. */
  public Optional<Profile> profile(String agentId) {
    return profiles.stream().filter(profile -> profile.fits(agentId)).findFirst();
  }

  /**
   * What some agents may do while no task is open for them.
   *
   * @param name names it in findings, and with the kind of agent the peer group; a word, required
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
      Values.required("tasks.profiles[].name", name);
      if (!PeerGroup.isWord(name)) {
        throw new ConfigurationProblem("tasks.profiles[].name " + PeerGroup.WORD_CHOICE);
      }
      agents = agents == null ? List.of("*") : List.copyOf(agents);
      purpose = Values.or(purpose, "");
      environments = entries(environments);
      resources = entries(resources);
      verbs = entries(verbs);
      credentials = entries(credentials);
      openFor = Values.or(openFor, Duration.ofHours(8));
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
              Extra.NONE)
          .ofProfile(name);
    }
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
      engine = Values.or(engine, PolicyEngine.TASK);
      path = Values.or(path, "countermand/task/decision");
      deadline = Values.or(deadline, Duration.ofMillis(50));
      if (engine == PolicyEngine.CEDAR) {
        Values.required("tasks.policy.file", file);
      }
      if (engine == PolicyEngine.OPA) {
        Values.required("tasks.policy.url", url);
      }
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
}
