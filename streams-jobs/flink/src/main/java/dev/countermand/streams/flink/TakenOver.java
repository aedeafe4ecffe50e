package dev.countermand.streams.flink;

import dev.countermand.runtime.CountermandException;
import org.apache.flink.runtime.throwable.ThrowableAnnotation;
import org.apache.flink.runtime.throwable.ThrowableType;
import org.apache.kafka.common.KafkaException;

/**
 * Another job writes baselines to the topic since. Flink does not start a job again that ends with
 * it: two that did would take the topic from each other for ever. Its cause has the code.
 */
@ThrowableAnnotation(ThrowableType.NonRecoverableError)
final class TakenOver extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TakenOver(String topic, KafkaException fenced) {
    super(
        new CountermandException(
            LearningJob.TAKEN_OVER,
            "Another learning job began to write to "
                + topic
                + ", so this one ends. One learns at a time: stop the one that is not wanted, and"
                + " where a Flink of its own learns, set learning.enabled to false.",
            fenced));
  }
}
