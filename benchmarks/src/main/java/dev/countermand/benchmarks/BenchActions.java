package dev.countermand.benchmarks;

import dev.countermand.model.Action;
import dev.countermand.model.ActionKind;
import dev.countermand.model.Decision;
import dev.countermand.model.Effect;
import dev.countermand.model.Outcome;
import dev.countermand.model.Phase;
import dev.countermand.model.Resource;
import dev.countermand.model.Score;
import dev.countermand.model.Severity;
import dev.countermand.model.Verb;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What coding agents do all day, a tenth of a second apart, by {@value #AGENTS} agents. */
public final class BenchActions {
  static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  private static final int AGENTS = 200;
  private static final Duration STEP = Duration.ofMillis(100);
  private static final List<String> COMMANDS =
      List.of(
          "git log --oneline -n 20 -- src/orders/%d.ts",
          "cat src/orders/%d.ts",
          "npm test -- --grep checkout-%d",
          "rg -n \"class Order%d\" src | head -n 40",
          "sed -i 's/total/sum/' src/orders/%d.ts && npm run lint",
          "ls -la build/%d",
          "mvn -q -o test -Dtest=Order%dTest",
          "git add -A && git commit -m \"orders: fix rounding, part %d\"",
          "rm build/tmp-%d.log",
          "curl -s http://localhost:8080/health?probe=%d");
  private static final List<Verb> VERBS = List.of(Verb.READ, Verb.WRITE, Verb.DELETE, Verb.EXECUTE);

  private final KafkaSettings kafka;

  /** Writes to topics of this Kafka. */
  public BenchActions(KafkaSettings kafka) {
    this.kafka = kafka;
  }

  /** Whether the actions have their effects and score. */
  public enum Scored {
    NOT_YET,
    YES
  }

  /** After the last of so many. */
  static Instant end(int count) {
    return START.plus(STEP.multipliedBy(count));
  }

  /** Writes so many to a topic, keyed by the agent, in the order of their times. */
  @SuppressWarnings("FutureReturnValueIgnored") // the first error is thrown at the end
  public void fill(String topic, int count, Scored scored) {
    Properties properties = kafka.producer("bench-fill");
    properties.put("linger.ms", "20");
    properties.put("batch.size", "131072");
    properties.put("compression.type", "lz4");
    // A partition that was made just now may refuse the first batch, and take the second.
    properties.put("max.in.flight.requests.per.connection", "1");
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(properties)) {
      for (int i = 0; i < count; i++) {
        Action action = action(i, scored);
        producer.send(
            new ProducerRecord<>(topic, action.agentId(), Action.CODEC.encode(action)),
            (metadata, error) -> failed.compareAndSet(null, error));
      }
    }
    if (failed.get() != null) {
      throw new IllegalStateException("the topic could not be filled", failed.get());
    }
  }

  /** One of them as it stands on the topic. */
  public static byte[] document(int number, Scored scored) {
    return Action.CODEC.encode(action(number, scored));
  }

  /** As collectors make them, ordered by time (UUID version 7, RFC 9562). */
  private static String id(int number, Instant time) {
    return new UUID(time.toEpochMilli() << 16 | 7 << 12, 1L << 63 | number).toString();
  }

  private static Action action(int number, Scored scored) {
    Instant time = START.plus(STEP.multipliedBy(number));
    // Every agent does everything, at its own pace.
    int agent = (int) (number * 2_654_435_761L % AGENTS);
    Verb verb = VERBS.get(number / 7 % VERBS.size());
    boolean done = scored == Scored.YES;
    return new Action(
        id(number, time),
        time,
        time,
        Phase.ATTEMPT,
        ActionKind.SHELL,
        "PreToolUse",
        Outcome.UNKNOWN,
        "bench-agent-" + Math.abs(agent),
        null,
        null,
        null,
        "session-" + Math.abs(agent),
        null,
        "Bash",
        "call-" + number,
        null,
        null,
        null,
        null,
        COMMANDS.get(number / 3 % COMMANDS.size()).formatted(number % 1_000),
        "/srv/shop",
        null,
        null,
        "development",
        "bench",
        "hook",
        "complete",
        List.of(),
        null,
        done
            ? List.of(
                new Effect(verb, new Resource("file", "x", "development"), true, 0.9, "bench"))
            : List.of(),
        done ? new Score(Decision.ALLOW, Severity.NONE, List.of(), time, Extra.NONE) : null,
        Extra.NONE);
  }
}
