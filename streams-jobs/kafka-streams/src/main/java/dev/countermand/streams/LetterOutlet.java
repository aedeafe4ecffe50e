package dev.countermand.streams;

import dev.countermand.model.DeadLetter;
import dev.countermand.model.Topics;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the dead letters of a job go. Credentials and risks are read by its global thread. */
record LetterOutlet(
    String stage, Topics topics, Producer<byte[], byte[]> producer, StreamsMetrics metrics)
    implements DeadLetterHandler.Outlet {
  private static final Logger log = LoggerFactory.getLogger(LetterOutlet.class);

  @Override
  public String topic() {
    return topics.deadLetters();
  }

  @Override
  public boolean isGlobal(String topic) {
    return ScoringTopology.isGlobal(topics, topic);
  }

  @Override
  public void send(ProducerRecord<byte[], byte[]> letter) {
    producer.send(
        letter,
        (metadata, exception) -> {
          if (exception != null) {
            log.error("A dead letter could not be sent", exception);
          }
        });
  }

  @Override
  public void refused(DeadLetter letter) {
    metrics.refused(letter);
  }
}
