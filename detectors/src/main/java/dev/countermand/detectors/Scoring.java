package dev.countermand.detectors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.countermand.detectors.grant.Grants;
import dev.countermand.detectors.grant.Names;
import dev.countermand.detectors.grant.Scope;
import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.understand.EnvironmentNames;
import dev.countermand.detectors.understand.Understanding;
import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Finding;
import dev.countermand.model.Grounds;
import dev.countermand.model.OrderKind;
import dev.countermand.model.Phase;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Task;
import dev.countermand.model.Verb;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs every detector over an action. Pure: no clock, no I/O; the same arguments give the same
 * result on every machine. Safe for use by several threads.
 */
public final class Scoring {
  private static final String BY = "scoring";
  private static final String PRODUCTION = "production";
  private static final int MAX_TOUCHED = 64;
  private static final String NO_OBJECTION = "No rule objects.";

  private final Function<Action, List<Effect>> reading;
  private final List<Detector> detectors;
  private final Grants grants;

  /**
   * Scoring with other detectors or another reading of effects.
   *
   * @param reading the effects of an action
   * @param detectors run in the order of their ids, which must differ
   */
  public Scoring(Function<Action, List<Effect>> reading, List<Detector> detectors) {
    this(reading, detectors, Grants.BUILT_IN);
  }

  private Scoring(Function<Action, List<Effect>> reading, List<Detector> detectors, Grants grants) {
    this.reading = reading;
    this.grants = grants;
    this.detectors = detectors.stream().sorted(Comparator.comparing(Detector::id)).toList();
    if (detectors.stream().map(Detector::id).distinct().count() < detectors.size()) {
      throw new IllegalArgumentException("Two detectors have the same id.");
    }
  }

  /** Scoring with every detector on the class path and the standard understanding. */
  public static Scoring standard() {
    return standard(EnvironmentNames.NONE);
  }

  /** The same that also knows what a team calls its environments. */
  public static Scoring standard(EnvironmentNames environments) {
    Understanding understanding = Understanding.standard().with(environments);
    return new Scoring(
        action -> effects(understanding, action),
        ServiceLoader.load(Detector.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /** The same with other profiles, or another policy that decides what a grant covers. */
  public Scoring with(Grants other) {
    return new Scoring(reading, detectors, other);
  }

  /**
   * Scores an action.
   *
   * @param action as the collector shipped it
   * @param task the task the agent has, open or not; null for none
   * @param known the registered credentials and what was learned
   * @param state of the agent before the action
   */
  public Scored score(Action action, @Nullable Task task, Known known, AgentState state) {
    List<Effect> effects = effects(action);
    Scope scope = grants.scope(action, task, known);
    AgentState after = state.plus(action, effects, scope, known);
    Situation situation = new Situation(action, effects, scope, known, state, after);
    List<Finding> findings = new ArrayList<>();
    for (Detector detector : detectors) {
      detector.detect(situation).ifPresent(findings::add);
    }
    return assemble(
        action,
        effects,
        scope.taskId(),
        situation.peers(),
        List.copyOf(findings),
        order(situation, findings),
        touches(situation),
        after.answered(action, decision(findings)));
  }

  /**
   * Puts together again what {@link #score} made of an action, from what was kept of it.
   *
   * @param taskId the task that was open
   * @param peerGroup the subject of the peer group it was compared with; null where nobody said
   * @param findings as they were
   * @param order as it was
   * @param touches as they were
   * @param state to go on with
   */
  public Scored assemble(
      Action action,
      @Nullable String taskId,
      @Nullable String peerGroup,
      List<Finding> findings,
      Optional<ContainmentOrder> order,
      List<CredentialTouch> touches,
      AgentState state) {
    return assemble(action, effects(action), taskId, peerGroup, findings, order, touches, state);
  }

  private static Scored assemble(
      Action action,
      List<Effect> effects,
      @Nullable String taskId,
      @Nullable String peerGroup,
      List<Finding> findings,
      Optional<ContainmentOrder> order,
      List<CredentialTouch> touches,
      AgentState state) {
    Decision decision = decision(findings);
    Severity severity = severity(findings);
    List<String> ids = findings.isEmpty() ? List.of() : findings.stream().map(Finding::id).toList();
    Score score =
        new Score(decision, severity, ids, action.received(), peerGroup, null, Extra.NONE);
    Optional<Verdict> verdict =
        action.phase() == Phase.ATTEMPT
            ? Optional.of(
                new Verdict(
                    action.id(),
                    action.received(),
                    action.agentId(),
                    decision,
                    reason(findings),
                    BY,
                    ids,
                    Extra.NONE))
            : Optional.empty();
    return new Scored(
        action.scored(taskId, effects, score), findings, verdict, order, touches, state);
  }

  /**
   * The state after an action whose findings are known already.
   *
   * @param findings as they were
   */
  public AgentState advance(
      Action action, @Nullable Task task, Known known, AgentState state, List<Finding> findings) {
    return state
        .plus(action, effects(action), grants.scope(action, task, known), known)
        .answered(action, decision(findings));
  }

  /**
   * An answer from the action alone, for when nobody who knows the agent's history can be asked.
   * Detectors that need history are left out.
   */
  public Judgement judgeAlone(Action action, Optional<Task> task, Known known) {
    List<Effect> effects = effects(action);
    Scope scope = grants.scope(action, task.orElse(null), known);
    AgentState after = AgentState.EMPTY.plus(action, effects, scope, known);
    Situation situation = new Situation(action, effects, scope, known, AgentState.EMPTY, after);
    List<Finding> findings =
        detectors.stream()
            .filter(detector -> !detector.needsHistory())
            .flatMap(detector -> detector.detect(situation).stream())
            .toList();
    return new Judgement(decision(findings), severity(findings), reason(findings), findings);
  }

  private List<Effect> effects(Action action) {
    return action.phase() == Phase.NOTICE ? List.of() : reading.apply(action);
  }

  private static List<Effect> effects(Understanding understanding, Action action) {
    if (action.kind() == ActionKind.SHELL && action.command() != null) {
      return understanding.shell(action.command(), action.workingDirectory());
    }
    String tool = action.tool();
    JsonNode input = action.input();
    return tool == null || input == null
        ? List.of()
        : understanding.tool(tool, input, null, action.workingDirectory());
  }

  private static Decision decision(List<Finding> findings) {
    Decision decision = Decision.ALLOW;
    for (Finding finding : findings) {
      decision = decision.or(decision(finding.recommendation()));
    }
    return decision;
  }

  private static Severity severity(List<Finding> findings) {
    Severity severity = Severity.NONE;
    for (Finding finding : findings) {
      severity = severity.or(finding.severity());
    }
    return severity;
  }

  private static Decision decision(Recommendation recommendation) {
    return switch (recommendation) {
      case NOTIFY -> Decision.ALLOW;
      case ASK -> Decision.ASK;
      case DENY, CONTAIN -> Decision.DENY;
    };
  }

  /** The sentence of the strictest finding, of equals the gravest, with the name of its rule. */
  private static String reason(List<Finding> findings) {
    if (findings.isEmpty()) {
      return NO_OBJECTION;
    }
    return findings.stream()
        .filter(finding -> finding.recommendation() != Recommendation.NOTIFY)
        .max(Comparator.comparing(Finding::recommendation).thenComparing(Finding::severity))
        .map(finding -> finding.summary() + " Rule: " + finding.ruleId() + ".")
        .orElse(NO_OBJECTION);
  }

  private static Optional<ContainmentOrder> order(Situation situation, List<Finding> findings) {
    if (findings.isEmpty()) {
      return Optional.empty();
    }
    List<Finding> asking =
        findings.stream().filter(f -> f.recommendation() == Recommendation.CONTAIN).toList();
    if (asking.isEmpty()) {
      return Optional.empty();
    }
    Action action = situation.action();
    return Optional.of(
        new ContainmentOrder(
                action.id() + ":contain",
                action.received(),
                OrderKind.CONTAIN,
                action.agentId(),
                reason(asking),
                action.id(),
                action.received(),
                asking.stream().map(Finding::id).toList(),
                credentials(situation),
                BY,
                Extra.NONE)
            .on(Grounds.of(asking)));
  }

  /** What the trails of credentials hear of an action: uses first, then what is registered. */
  private static List<CredentialTouch> touches(Situation situation) {
    Action action = situation.action();
    if (action.phase() == Phase.NOTICE || action.credentials().isEmpty()) {
      return List.of();
    }
    boolean grave =
        situation.located().stream()
            .anyMatch(
                effect ->
                    effect.destructive()
                        || (effect.verb() != Verb.READ
                            && effect.resource().environment().equals(PRODUCTION)));
    Set<String> heard = new HashSet<>();
    List<CredentialTouch> touches = new ArrayList<>();
    action.credentials().stream()
        .sorted(
            Comparator.comparing(
                    (CredentialMention mention) -> mention.role() != CredentialRole.USED)
                .thenComparing(mention -> situation.registered(mention).isEmpty())
                // Keyed, so that nobody can foresee which of too many are left out.
                .thenComparing(CredentialMention::fingerprint))
        .forEach(
            mention -> {
              if (heard.size() == MAX_TOUCHED
                  || !heard.add(mention.role() + mention.fingerprint())) {
                return;
              }
              List<String> keys = trails(action, mention, situation.names(mention));
              CredentialTouch touch =
                  CredentialTouch.of(
                      action,
                      mention,
                      situation.scope().taskId(),
                      situation.scope().given(mention),
                      grave);
              keys.forEach(key -> touches.add(touch.under(key, keys)));
            });
    return List.copyOf(touches);
  }

  /**
   * The trails that hear of a credential: that of its fingerprint and, while earlier ones may be
   * remembered under the key before, that one, too.
   */
  private static List<String> trails(Action action, CredentialMention mention, Names names) {
    Set<String> keys = new LinkedHashSet<>();
    keys.add(mention.fingerprint());
    if (mention.previous() != null) {
      keys.add(mention.previous());
    }
    names
        .registered()
        .filter(known -> known.time().plus(CredentialTrail.KEPT).isAfter(action.received()))
        .ifPresent(
            known -> {
              keys.add(known.fingerprint());
              known.previous().stream().limit(1).forEach(keys::add);
            });
    return List.copyOf(keys);
  }

  /** Credentials used outside the task, then those the agent has come to see outside it. */
  private static List<String> credentials(Situation situation) {
    Action action = situation.action();
    Stream<Names> mentioned =
        Stream.of(CredentialRole.USED, CredentialRole.SIGHTED)
            .flatMap(role -> action.credentials(role).stream())
            .map(situation::names);
    Stream<Names> remembered =
        situation.after().memory().lineage().stream()
            .filter(sighting -> !sighting.granted())
            .map(situation::names);
    return Stream.concat(mentioned, remembered)
        .filter(names -> !situation.scope().given(names))
        .map(Names::key)
        .distinct()
        .limit(FindingDraft.MAX_NAMED)
        .toList();
  }
}
