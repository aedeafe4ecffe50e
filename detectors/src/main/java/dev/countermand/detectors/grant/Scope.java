package dev.countermand.detectors.grant;

import dev.countermand.detectors.Known;
import dev.countermand.detectors.Text;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.Effect;
import dev.countermand.model.Narrowing;
import dev.countermand.model.Task;
import dev.countermand.model.Wire;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an agent may do at one instant: the grant of its open task, or else that of its profile, as
 * the policy reads it and as far as the repository it works in leaves it. For one action, on one
 * thread: a policy is asked once about the same thing, and at most about 128 things; what is beyond
 * is not granted.
 */
public final class Scope {
  private static final int MAX_DESCRIPTION = 360;
  private static final int MAX_ASKED = 128;

  private final Instant time;
  private final String agentId;
  private final @Nullable Task task;
  private final @Nullable Task profile;
  private final @Nullable String word;
  private final @Nullable Narrowing narrowing;
  private final GrantPolicy policy;
  private final Known known;
  private final Map<Object, Boolean> asked = new HashMap<>();
  private final Map<Effect, Boolean> left = new HashMap<>();

  Scope(
      Instant time,
      String agentId,
      @Nullable Task task,
      @Nullable Task profile,
      @Nullable String word,
      @Nullable Narrowing narrowing,
      GrantPolicy policy,
      Known known) {
    this.time = time;
    this.agentId = agentId;
    this.task = task;
    this.profile = profile;
    this.word = word;
    this.narrowing = narrowing;
    this.policy = policy;
    this.known = known;
  }

  /** The open task. The profile that applies without one is none. */
  public Optional<Task> task() {
    return Optional.ofNullable(task);
  }

  /**
   * The word for what the agent is at: that of the open task, or else the name of its profile.
   * Never of its repository, which the agent can write to.
   */
  public Optional<String> profile() {
    return Optional.ofNullable(word);
  }

  /** The id of the open task, or null. */
  public @Nullable String taskId() {
    return task == null ? null : task.id();
  }

  /** The file that takes away from the grant, if one does. */
  public Optional<String> narrowedBy() {
    return Optional.ofNullable(narrowing).map(Narrowing::file);
  }

  /** Whether an effect is allowed. */
  public boolean grants(Effect effect) {
    if (narrowing != null
        && !left.computeIfAbsent(effect, one -> Narrowed.allows(narrowing, one))) {
      return false;
    }
    return once(effect, new GrantRequest(time, agentId, grant(), effect, null, null));
  }

  /** Whether the credential of a mention was given to the agent. */
  public boolean grantsCredential(CredentialMention mention) {
    return grantsCredential(names(mention.fingerprint(), mention.previous()));
  }

  /** Whether a credential was given to the agent, under any of its fingerprints. */
  public boolean grantsCredential(Names names) {
    Credential registered = names.registered().orElse(null);
    return Narrowed.allows(narrowing, names.fingerprints(), registered) && given(names);
  }

  /** The same, whatever the repository takes away. */
  public boolean given(CredentialMention mention) {
    return given(names(mention.fingerprint(), mention.previous()));
  }

  /**
   * Whether a credential was given to the agent, whatever the repository takes away: anybody who
   * can write there could otherwise have it taken from those who were given it.
   */
  public boolean given(Names names) {
    Credential registered = names.registered().orElse(null);
    Task grant = grant();
    // Asked of the one that the grant names, because no policy needs to know of other keys.
    String fingerprint =
        names.fingerprints().stream()
            .filter(one -> grant != null && grant.credentials().contains(one))
            .findFirst()
            .orElse(names.fingerprints().get(0));
    return once(fingerprint, new GrantRequest(time, agentId, grant, null, fingerprint, registered));
  }

  /**
   * The names of a credential, with what is registered of it.
   *
   * @param previous its fingerprint under the key before; null when only one key holds
   */
  public Names names(String fingerprint, @Nullable String previous) {
    return Names.of(known, fingerprint, previous);
  }

  private @Nullable Task grant() {
    return task == null ? profile : task;
  }

  private boolean once(Object subject, GrantRequest request) {
    if (policy == TaskGrant.BUILT_IN) {
      return policy.decide(request).permitted();
    }
    Boolean earlier = asked.get(subject);
    if (earlier != null) {
      return earlier;
    }
    if (asked.size() >= MAX_ASKED) {
      // Asking takes time, and an action can hold thousands of credentials.
      return false;
    }
    boolean permitted = policy.decide(request).permitted();
    asked.put(subject, permitted);
    return permitted;
  }

  /** The grant in one line of at most 360 characters, for the evidence of a finding. */
  public String description() {
    String narrowed = narrowing == null ? "" : ", narrowed by " + Text.line(narrowing.file(), 80);
    if (task != null) {
      return Text.line("task " + task.id() + " " + clauses(task) + narrowed, MAX_DESCRIPTION);
    }
    String granted =
        profile == null
            ? "the default profile grants nothing"
            : "its " + profile.id() + " " + clauses(profile);
    return Text.line("no task is open for this agent: " + granted + narrowed, MAX_DESCRIPTION);
  }

  private static String clauses(Task grant) {
    return "grants "
        + orNothing(grant.verbs().stream().map(Wire::wireName).collect(Collectors.toList()))
        + " on "
        + orNothing(grant.resources())
        + " in "
        + orNothing(grant.environments())
        + " with "
        + grant.credentials().size()
        + " credential(s)";
  }

  private static String orNothing(List<String> list) {
    return list.isEmpty() ? "nothing" : String.join(", ", list);
  }
}
