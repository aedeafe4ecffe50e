package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.detectors.baseline.LearnedTraits;
import dev.countermand.detectors.baseline.Trait;
import dev.countermand.model.Action;
import dev.countermand.model.Baseline;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.testkit.ActionSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Scored actions of several agents, and what a plain loop learns from them. */
final class History {
  static final Instant START = Instant.parse("2026-11-18T00:00:00Z");

  private static final List<Verb> VERBS =
      List.of(Verb.READ, Verb.WRITE, Verb.DELETE, Verb.DESTROY, Verb.READ_SECRET, Verb.SEND);

  private History() {}

  /**
   * Actions in the order of their times.
   *
   * @param count how many, evenly spread over the duration but for chance
   */
  static List<Action> actions(long seed, Instant from, Duration duration, int count, int agents) {
    Random random = new Random(seed);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      times.add((long) (random.nextDouble() * duration.toMillis()));
    }
    times.sort(null);
    List<Action> actions = new ArrayList<>();
    for (long at : times) {
      String agent = "agent-" + random.nextInt(agents);
      List<Effect> effects = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        effects.add(effect(VERBS.get(random.nextInt(VERBS.size())), random.nextInt(3)));
      }
      Severity severity =
          random.nextInt(40) == 0 ? Severity.HIGH : Severity.values()[random.nextInt(3)];
      actions.add(action(agent, from.plusMillis(at), effects, severity));
    }
    return actions;
  }

  static Action action(String agent, Instant time, List<Effect> effects, Severity severity) {
    return ActionSample.of("id-" + agent + "-" + time.toEpochMilli(), time)
        .agent(agent)
        .effects(effects)
        .score(new Score(Decision.ALLOW, severity, List.of(), time, Extra.NONE))
        .build();
  }

  /** The same action, of an agent that was compared with a group. */
  static Action ofGroup(Action action, String group) {
    Score score = Objects.requireNonNull(action.score());
    return action.scored(
        action.taskId(),
        action.effects(),
        new Score(
            score.verdict(),
            score.severity(),
            score.findings(),
            score.time(),
            group,
            score.containedBy(),
            Extra.NONE));
  }

  static Effect effect(Verb verb, int type) {
    return new Effect(verb, new Resource("type-" + type, "x", "staging"), true, 0.9, "because");
  }

  private static final class Sum {
    private long count;
    private boolean teaches = true;
    private String peers = "";
  }

  /** What the pure code learns from actions, window by window; the key is that of the topic. */
  static Map<String, Baseline> learn(List<Action> actions) {
    TreeMap<Instant, TreeMap<String, Sum>> windows = new TreeMap<>();
    for (Action action : actions) {
      Features features = Features.of(action);
      for (Features.Sample sample : features.samples()) {
        Sum sum =
            windows
                .computeIfAbsent(LearnedRate.windowOf(features.time()), w -> new TreeMap<>())
                .computeIfAbsent(
                    Baseline.key(sample.subject(), sample.feature().wireName()), k -> new Sum());
        sum.count += sample.count();
        sum.teaches &= sample.teaches();
        sum.peers = first(sum.peers, features.peers());
      }
    }
    Map<String, LearnedRate> rates = new HashMap<>();
    Map<String, String> peersOf = new HashMap<>();
    windows.forEach(
        (start, sums) -> {
          Map<String, List<Long>> counts = new HashMap<>();
          Map<String, List<Double>> watched = new HashMap<>();
          sums.forEach(
              (key, sum) -> {
                LearnedRate known = rates.get(key);
                if (!sum.teaches) {
                  rates.computeIfPresent(key, (k, rate) -> rate.withhold(start));
                  return;
                }
                LearnedRate before = known == null ? LearnedRate.startingAt(start) : known;
                rates.put(key, before.learn(start, sum.count));
                if (key.startsWith(Features.AGENT)) {
                  peersOf.put(key, sum.peers);
                  String group = sum.peers + key.substring(key.lastIndexOf('|'));
                  counts.computeIfAbsent(group, g -> new ArrayList<>()).add(sum.count);
                  watched.computeIfAbsent(group, g -> new ArrayList<>()).add(before.watched(start));
                }
              });
          counts.forEach(
              (group, each) ->
                  rates.merge(
                      group,
                      LearnedRate.startingAt(start).learnAll(start, each, sum(watched.get(group))),
                      (known, first) -> known.learnAll(start, each, sum(watched.get(group)))));
        });
    Map<String, Baseline> baselines = new TreeMap<>();
    rates.forEach((key, rate) -> baselines.put(key, baseline(key, rate, peersOf.get(key))));
    traits(actions)
        .forEach(
            (subject, known) -> {
              Baseline baseline = known.baseline(subject);
              baselines.put(baseline.key(), baseline);
            });
    return baselines;
  }

  private static final class Gathered {
    private final Set<String> traits = new TreeSet<>();
    private boolean teaches = true;
    private String peers = "";
  }

  /** What agents, and their peers, are seen with, by subject. */
  private static Map<String, LearnedTraits> traits(List<Action> actions) {
    TreeMap<Instant, TreeMap<String, Gathered>> windows = new TreeMap<>();
    for (Action action : actions) {
      Gathered gathered =
          windows
              .computeIfAbsent(LearnedRate.windowOf(action.time()), w -> new TreeMap<>())
              .computeIfAbsent(Features.agent(action.agentId()), k -> new Gathered());
      Trait.of(action, action.effects()).stream()
          .map(LearnedTraits::tagged)
          .forEach(gathered.traits::add);
      gathered.teaches &= Features.teaches(action);
      gathered.peers = first(gathered.peers, Features.peers(action));
    }
    Map<String, LearnedTraits> known = new TreeMap<>();
    windows.forEach(
        (start, subjects) -> {
          Map<String, Set<String>> groups = new TreeMap<>();
          subjects.forEach(
              (subject, gathered) -> {
                if (gathered.teaches) {
                  learn(known, subject, start, gathered.traits);
                  groups
                      .computeIfAbsent(gathered.peers, g -> new TreeSet<>())
                      .addAll(gathered.traits);
                }
              });
          groups.forEach((group, traits) -> learn(known, group, start, traits));
        });
    return known;
  }

  private static void learn(
      Map<String, LearnedTraits> known, String subject, Instant start, Set<String> traits) {
    known.put(
        subject, known.getOrDefault(subject, LearnedTraits.startingAt(start)).learn(start, traits));
  }

  /** Of two groups in a window it is the first by name; empty is none. */
  private static String first(String one, String other) {
    return one.isEmpty() ? other : List.of(one, other).stream().min(String::compareTo).get();
  }

  private static double sum(List<Double> watched) {
    return watched.stream().mapToDouble(Double::doubleValue).sorted().sum();
  }

  private static Baseline baseline(String key, LearnedRate rate, String peers) {
    int bar = key.lastIndexOf('|');
    for (Feature feature : Feature.values()) {
      if (feature.wireName().equals(key.substring(bar + 1))) {
        return rate.baseline(key.substring(0, bar), feature, peers);
      }
    }
    throw new IllegalStateException(key);
  }
}
