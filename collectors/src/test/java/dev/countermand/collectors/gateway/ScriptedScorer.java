package dev.countermand.collectors.gateway;

import dev.countermand.model.Action;
import dev.countermand.model.Decision;
import dev.countermand.model.Phase;
import dev.countermand.model.Verdict;
import dev.countermand.model.json.Extra;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads actions and answers attempts by a script, as the scoring job would. */
final class ScriptedScorer implements AutoCloseable {
  private final KafkaSettings settings;
  private final Function<Action, Decision> script;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ready = new CountDownLatch(1);
  private final Thread thread;

  private ScriptedScorer(KafkaSettings settings, Function<Action, Decision> script) {
    this.settings = settings;
    this.script = script;
    this.thread = new Thread(this::run, "scripted-scorer");
    thread.setDaemon(true);
    thread.start();
  }

  static ScriptedScorer start(KafkaSettings settings, Function<Action, Decision> script)
      throws InterruptedException {
    ScriptedScorer scorer = new ScriptedScorer(settings, script);
    scorer.ready.await();
    return scorer;
  }

  private void run() {
    try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(settings.tailing("scorer"));
        KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings.producer("scorer"))) {
      String actions = settings.topics().actions();
      List<TopicPartition> partitions =
          consumer.partitionsFor(actions).stream()
              .map(info -> new TopicPartition(actions, info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      ends.forEach(consumer::seek);
      ready.countDown();
      while (closing.getCount() > 0) {
        for (ConsumerRecord<String, byte[]> message : consumer.poll(Duration.ofMillis(50))) {
          Action action = Action.CODEC.decode(message.value());
          if (action.phase() == Phase.ATTEMPT) {
            producer.send(
                new ProducerRecord<>(
                    settings.topics().verdicts(),
                    action.agentId(),
                    Verdict.CODEC.encode(verdict(action))));
          }
        }
      }
    } catch (KafkaException e) {
      // The test took Kafka away.
    }
  }

  private Verdict verdict(Action action) {
    Decision decision = script.apply(action);
    return new Verdict(
        action.id(),
        Instant.now(),
        action.agentId(),
        decision,
        "the script says " + decision.wireName(),
        Answer.SCORING,
        decision == Decision.ALLOW ? List.of() : List.of(action.id() + ":scripted"),
        Extra.NONE);
  }

  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join(5_000);
  }
}
