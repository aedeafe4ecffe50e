package dev.countermand.detectors.baseline;

import dev.countermand.model.Action;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.PeerGroup;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one scored action counts for, and for whom.
 *
 * <p>An action is told of as an attempt and again as a result. Its effects count with the attempt,
 * and with a result only where the provider is the witness, who knows no attempts.
 *
 * @param time when it happened, never after it was received
 * @param peers the peer group of the agent, as its score names it
 * @param samples at most {@value #MAX_SAMPLES}
 */
public record Features(Instant time, String peers, List<Sample> samples) {
  /** Most samples of an action. */
  public static final int MAX_SAMPLES = 18 * 11;

  /** The prefix of subjects that are an agent. */
  public static final String AGENT = "agent:";

  /** The prefix of subjects that are a {@link PeerGroup}. */
  public static final String PEERS = PeerGroup.PREFIX;

  /** The prefix of subjects that are a credential. */
  public static final String CREDENTIAL = "credential:";

  /** Most credentials and kinds of resource of an action that are compared with their baselines. */
  public static final int MAX_FOLLOWED = 8;

  private static final int MAX_CREDENTIALS = 8;
  private static final int MAX_RESOURCES = 9;
  private static final int MAX_NAME = 256;
  private static final int MAX_COUNT = 1_000;
  private static final String PROVIDER = "provider";

  /**
   * How often something was done in an action.
   *
   * @param subject for whom it counts: {@code agent:<id>}, {@code credential:<fingerprint>} or
   *     {@code resource:<type>@<environment>}
   * @param feature what was done
   * @param count how often, at most 1,000; 0 where it only says that the window must not teach
   * @param teaches whether it is an example of what is normal
   */
  public record Sample(String subject, Feature feature, long count, boolean teaches) {}

  /** The list is copied. */
  public Features {
    samples = List.copyOf(samples);
  }

  /**
   * What an action counts for. Where a finding of it is grave, its agent is contained, or it was
   * refused, it has a sample of every feature, so that nothing else in the same window is taken for
   * normal either. Of a refused action without a grave finding only the refusal itself is an
   * example.
   */
  public static Features of(Action scored) {
    Instant time = scored.time().isAfter(scored.received()) ? scored.received() : scored.time();
    String peers = peers(scored);
    if (scored.phase() == Phase.NOTICE) {
      return new Features(time, peers, List.of());
    }
    boolean grave = isGrave(scored) || isContained(scored);
    boolean refused = isRefused(scored);
    List<Effect> effects = counts(scored) ? scored.effects() : List.of();
    List<Sample> samples = new ArrayList<>();
    subjects(scored, effects)
        .forEach(
            (subject, own) -> {
              Map<Feature, Long> counts = counts(scored, own, refused);
              if (subject.startsWith(AGENT)) {
                addSizes(counts, scored, own);
              }
              for (Feature feature : Feature.values()) {
                long count = counts.getOrDefault(feature, 0L);
                boolean teaches = !grave && (!refused || feature == Feature.DENIALS);
                if (count > 0 || !teaches) {
                  samples.add(new Sample(subject, feature, Math.min(MAX_COUNT, count), teaches));
                }
              }
            });
    return new Features(time, peers, samples);
  }

  /**
   * Whether what an action is known by is an example: nothing grave was found, it was not refused,
   * and its agent is not contained.
   */
  public static boolean teaches(Action scored) {
    return !isGrave(scored) && !isRefused(scored) && !isContained(scored);
  }

  private static boolean isContained(Action scored) {
    Score score = scored.score();
    return score != null && score.containedBy() != null;
  }

  private static boolean isGrave(Action scored) {
    Score score = scored.score();
    return score != null && score.severity().compareTo(Severity.HIGH) >= 0;
  }

  private static boolean isRefused(Action scored) {
    Score score = scored.score();
    return score != null && score.verdict() == Decision.DENY;
  }

  /** The subject that is an agent. */
  public static String agent(String agentId) {
    return AGENT + cut(agentId);
  }

  /**
   * The subject that is the peer group of an action's agent: the one that scoring compared it with,
   * so that nobody learns for another. Where that is not said, as in what was scored before groups
   * had a name: {@code peers:} and the kind of witness.
   */
  public static String peers(Action scored) {
    Score score = scored.score();
    String group = score == null ? null : score.peerGroup();
    return group != null && group.startsWith(PEERS) ? cut(group) : PEERS + cut(scored.witness());
  }

  /**
   * What an action counts for, for its agent, before it is scored: all but a refusal, which is not
   * known yet.
   *
   * @param effects what it does to the world
   */
  public static Map<Feature, Long> unscored(Action action, List<Effect> effects) {
    if (action.phase() == Phase.NOTICE) {
      return Map.of();
    }
    List<Effect> counted = counts(action) ? effects : List.of();
    Map<Feature, Long> counts = counts(action, counted, false);
    addSizes(counts, action, counted);
    counts.replaceAll((feature, count) -> Math.min(MAX_COUNT, count));
    return counts;
  }

  /**
   * What an action counts for, before it is scored, for the credentials it uses and the kinds of
   * resource it touches, half of {@link #MAX_FOLLOWED} each; of more resources those that grave
   * things are done to. What is on the agent's own machine is left to the agent's own baseline.
   *
   * @param effects what it does to the world
   */
  public static Map<String, Map<Feature, Long>> followed(Action action, List<Effect> effects) {
    if (action.phase() == Phase.NOTICE || !counts(action) || effects.isEmpty()) {
      return Map.of();
    }
    Map<String, Map<Feature, Long>> followed = new LinkedHashMap<>();
    action.credentials(CredentialRole.USED).stream()
        .map(CredentialMention::fingerprint)
        .distinct()
        .limit(MAX_FOLLOWED / 2)
        .forEach(fingerprint -> follow(followed, CREDENTIAL + cut(fingerprint), action, effects));
    Map<String, List<Effect>> resources = new LinkedHashMap<>();
    for (Effect effect : effects) {
      Resource resource = effect.resource();
      if (!isLocal(resource)) {
        resources.computeIfAbsent(name(resource), n -> new ArrayList<>()).add(effect);
      }
    }
    if (resources.isEmpty()) {
      return followed;
    }
    resources.entrySet().stream()
        .sorted(Comparator.comparing(one -> one.getValue().stream().noneMatch(Features::isGrave)))
        .limit(MAX_FOLLOWED / 2)
        .forEach(one -> follow(followed, one.getKey(), action, one.getValue()));
    return followed;
  }

  private static void follow(
      Map<String, Map<Feature, Long>> followed,
      String subject,
      Action action,
      List<Effect> effects) {
    Map<Feature, Long> counts = counts(action, effects, false);
    counts.replaceAll((feature, count) -> Math.min(MAX_COUNT, count));
    if (!counts.isEmpty()) {
      followed.put(subject, counts);
    }
  }

  private static boolean isGrave(Effect effect) {
    return effect.verb() != Verb.READ && effect.verb() != Verb.WRITE;
  }

  static boolean counts(Action scored) {
    return scored.phase() == Phase.ATTEMPT || scored.witness().equals(PROVIDER);
  }

  /** The subjects, each with the effects that count for it. */
  private static Map<String, List<Effect>> subjects(Action scored, List<Effect> effects) {
    Map<String, List<Effect>> subjects = new LinkedHashMap<>();
    subjects.put(agent(scored.agentId()), effects);
    scored.credentials(CredentialRole.USED).stream()
        .map(CredentialMention::fingerprint)
        .distinct()
        .limit(MAX_CREDENTIALS)
        .forEach(fingerprint -> subjects.put(CREDENTIAL + cut(fingerprint), effects));
    Map<String, List<Effect>> resources = new LinkedHashMap<>();
    for (Effect effect : scored.effects()) {
      String name = name(effect.resource());
      if (resources.containsKey(name) || resources.size() < MAX_RESOURCES) {
        List<Effect> own = resources.computeIfAbsent(name, n -> new ArrayList<>());
        if (counts(scored)) {
          own.add(effect);
        }
      }
    }
    subjects.putAll(resources);
    return subjects;
  }

  private static Map<Feature, Long> counts(Action scored, List<Effect> effects, boolean refused) {
    Map<Feature, Long> counts = new EnumMap<>(Feature.class);
    for (Effect effect : effects) {
      Feature.of(effect.verb()).ifPresent(feature -> counts.merge(feature, 1L, Long::sum));
    }
    if (scored.phase() == Phase.RESULT && scored.outcome() == Outcome.FAILURE) {
      counts.put(Feature.FAILURES, 1L);
    }
    if (scored.phase() == Phase.ATTEMPT && refused) {
      counts.put(Feature.DENIALS, 1L);
    }
    return counts;
  }

  /** Whole KiB; what a program reads or sends by itself a collector does not see. */
  private static void addSizes(Map<Feature, Long> counts, Action action, List<Effect> effects) {
    long read = action.phase() == Phase.RESULT ? kib(action.outputBytes()) : 0;
    if (read > 0) {
      counts.put(Feature.KIB_READ, read);
    }
    long sent = kib(action.inputBytes());
    boolean sends = sent > 0 && effects.stream().anyMatch(effect -> effect.verb() == Verb.SEND);
    if (sends) {
      counts.put(Feature.KIB_SENT, sent);
    }
  }

  private static long kib(@Nullable Long bytes) {
    return bytes == null ? 0 : bytes / 1_024;
  }

  private static boolean isLocal(Resource resource) {
    String environment = cut(resource.environment());
    return environment.equals("local") || environment.endsWith("@local");
  }

  private static String name(Resource resource) {
    return "resource:" + cut(resource.type()) + "@" + cut(resource.environment());
  }

  private static String cut(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME);
  }
}
