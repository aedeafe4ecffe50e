package dev.countermand.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Action;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialMention;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Finding;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Task;
import dev.countermand.model.TaskStatus;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Whatever the agents do in whatever order, the findings are those of a simple model. */
class LineagePropertyTest {
  private static final int AGENTS = 50;
  private static final int CREDENTIALS = 200;
  private static final Set<String> LINEAGE =
      Set.of("after-task", "credential-scope", "environment-mismatch", "read-then-used");

  /**
   * One event.
   *
   * @param kind 0: a task is opened that gives the credential and its neighbours; 1: the task is
   *     closed; else the credential is seen (even) or used (odd)
   * @param inFile whether it is seen in a file
   */
  record Event(int agent, int credential, int kind, boolean inFile) {}

  @Property(tries = 60)
  void theFindingsAreThoseOfTheModel(@ForAll("events") List<Event> events) {
    Scoring scoring = Samples.scoring();
    Map<Integer, AgentState> states = new HashMap<>();
    Model model = new Model();
    TrailScoring trailScoring = TrailScoring.standard();
    Map<String, CredentialTrail> trails = new HashMap<>();
    Instant time = Samples.NOON;
    int number = 0;
    for (Event event : events) {
      time = time.plusSeconds(1);
      if (event.kind() < 2) {
        model.task(event);
        continue;
      }
      String id = "a-" + number++;
      Task task = model.tasks.get(event.agent());
      Scored scored =
          scoring.score(
              action(id, time, event),
              task,
              Known.credentials(LineagePropertyTest::registered),
              states.getOrDefault(event.agent(), AgentState.EMPTY));
      states.put(event.agent(), scored.state());
      Set<String> rules =
          scored.findings().stream()
              .map(Finding::ruleId)
              .filter(LINEAGE::contains)
              .collect(Collectors.toCollection(TreeSet::new));
      boolean given = model.given(event);
      assertThat(rules).as("%s after %d actions", event, number).isEqualTo(model.expects(event));
      Set<String> joined = new TreeSet<>();
      for (CredentialTouch touch : scored.touches()) {
        TrailScoring.Result result =
            trailScoring.score(
                touch,
                trails.getOrDefault(touch.fingerprint(), CredentialTrail.EMPTY),
                registered(touch.fingerprint()).orElse(null));
        trails.put(touch.fingerprint(), result.trail());
        result.findings().forEach(finding -> joined.add(finding.ruleId()));
      }
      assertThat(joined)
          .as("%s over all agents after %d actions", event, number)
          .isEqualTo(model.joins(event, given));
    }
  }

  @Provide
  Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.integers().between(0, AGENTS - 1),
            Arbitraries.integers().between(0, CREDENTIALS - 1),
            Arbitraries.integers().between(0, 11),
            Arbitraries.of(true, false))
        .as(Event::new)
        .list()
        .ofMinSize(100)
        .ofMaxSize(1_500);
  }

  /** What should be found, by sets and maps alone. */
  private static final class Model {
    private final Map<Integer, Task> tasks = new HashMap<>();
    private final Map<Integer, Map<Integer, Event>> first = new HashMap<>();
    private final Map<Integer, Set<Integer>> givenAtFirst = new HashMap<>();

    /** By credential and agent: whether the agent's first use was covered by its task. */
    private final Map<Integer, Map<Integer, Boolean>> uses = new HashMap<>();

    /** By credential: who read it in a file without a task that covers it. */
    private final Map<Integer, Set<Integer>> readers = new HashMap<>();

    void task(Event event) {
      if (event.kind() == 1) {
        tasks.remove(event.agent());
      } else {
        tasks.put(event.agent(), LineagePropertyTest.task(event));
      }
    }

    Set<String> expects(Event event) {
      Task task = tasks.get(event.agent());
      boolean given = task != null && task.credentials().contains(fingerprint(event.credential()));
      boolean used = event.kind() % 2 == 1;
      boolean known = registered(fingerprint(event.credential())).isPresent();
      Map<Integer, Event> seen = first.computeIfAbsent(event.agent(), key -> new HashMap<>());
      Set<Integer> wasGiven = givenAtFirst.computeIfAbsent(event.agent(), key -> new HashSet<>());
      Event before = seen.get(event.credential());
      boolean beforeGiven = wasGiven.contains(event.credential());
      Set<String> rules = new TreeSet<>();
      boolean news = before == null || beforeGiven;
      if (!given && (used || (news && (task != null || known)))) {
        rules.add("credential-scope");
      }
      if (!given && used && before != null && before.inFile() && !isUse(before) && !beforeGiven) {
        rules.add("read-then-used");
      }
      if (!given && used && before != null && beforeGiven) {
        rules.add("after-task");
      }
      if (used && task != null && known) {
        rules.add("environment-mismatch");
      }
      if (before == null) {
        seen.put(event.credential(), event);
        if (given) {
          wasGiven.add(event.credential());
        }
      }
      return rules;
    }

    boolean given(Event event) {
      Task task = tasks.get(event.agent());
      return task != null && task.credentials().contains(fingerprint(event.credential()));
    }

    /** What should be found over all agents. */
    Set<String> joins(Event event, boolean given) {
      int credential = event.credential();
      Map<Integer, Boolean> used = uses.computeIfAbsent(credential, key -> new HashMap<>());
      Set<Integer> read = readers.computeIfAbsent(credential, key -> new HashSet<>());
      Set<String> rules = new TreeSet<>();
      if (!isUse(event)) {
        if (event.inFile() && !given) {
          read.add(event.agent());
        }
        return rules;
      }
      Boolean before = used.get(event.agent());
      boolean news = before == null || (before && !given);
      boolean another =
          used.entrySet().stream()
              .anyMatch(one -> one.getKey() != event.agent() && (!one.getValue() || !given));
      boolean known = registered(fingerprint(credential)).isPresent();
      if (news && another && known) {
        rules.add("shared-credential");
      }
      if (news && !given && !read.isEmpty() && !read.contains(event.agent())) {
        rules.add("read-by-another");
      }
      if (news) {
        used.put(event.agent(), given);
      }
      return rules;
    }

    private static boolean isUse(Event event) {
      return event.kind() % 2 == 1;
    }
  }

  private static String fingerprint(int credential) {
    return String.format("%032x", credential + 1);
  }

  /** Every second one is registered, for production. */
  private static Optional<Credential> registered(String fingerprint) {
    int credential = Integer.parseInt(fingerprint.substring(16), 16) - 1;
    return credential % 2 == 1
        ? Optional.empty()
        : Optional.of(
            new Credential(
                fingerprint,
                "k1",
                Samples.NOON,
                "credential-" + credential,
                "oauth2-token",
                "cloud",
                null,
                "production",
                List.of(),
                Map.of(),
                null,
                "ann",
                Extra.NONE));
  }

  /** A task for staging that gives ten credentials. */
  private static Task task(Event event) {
    return new Task(
        "task-" + event.agent(),
        Samples.NOON,
        "agent-" + event.agent(),
        TaskStatus.OPEN,
        "work",
        List.of("staging"),
        List.of("*"),
        List.of(Verb.READ),
        IntStream.range(event.credential(), event.credential() + 10)
            .mapToObj(LineagePropertyTest::fingerprint)
            .toList(),
        Samples.NOON,
        null,
        "ann",
        Extra.NONE);
  }

  private static Action action(String id, Instant time, Event event) {
    boolean used = event.kind() % 2 == 1;
    @Nullable String file = !used && event.inFile() ? "conf/" + event.credential() : null;
    return Samples.action(
        "agent-" + event.agent(),
        id,
        time,
        used ? Phase.ATTEMPT : Phase.RESULT,
        used ? Outcome.UNKNOWN : Outcome.SUCCESS,
        "call-" + id,
        List.of(),
        List.of(
            new CredentialMention(
                fingerprint(event.credential()),
                "k1",
                "oauth2-token",
                used ? CredentialRole.USED : CredentialRole.SIGHTED,
                "/input/command",
                file,
                Extra.NONE)));
  }
}
