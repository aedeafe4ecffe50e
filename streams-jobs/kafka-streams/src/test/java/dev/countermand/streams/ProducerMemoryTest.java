package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.testkit.KafkaProbe;
import dev.countermand.testkit.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** A producer of a job on a real Kafka, that writes to more partitions than it has memory for. */
final class ProducerMemoryTest {
  private static final int PARTITIONS = 40;
  private static final int BATCHES = 4;
  private static final int ROUNDS = 25;

  @Test
  void recordsForMorePartitionsThanThereIsMemoryForAreAllWritten() throws Exception {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            TestServers.kafka().bootstrapServers(),
            "key.serializer",
            ByteArraySerializer.class,
            "value.serializer",
            ByteArraySerializer.class,
            "batch.size",
            PromptClients.BATCH_BYTES,
            "buffer.memory",
            (long) BATCHES * PromptClients.BATCH_BYTES,
            "linger.ms",
            PromptClients.LINGER_MS);
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    try (KafkaProbe probe = new KafkaProbe(TestServers.kafka());
        PromptProducer producer = new PromptProducer(settings, gone -> {})) {
      String topic = probe.createTopic("many", PARTITIONS);
      for (int round = 0; round < ROUNDS; round++) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          byte[] value = (round + "." + partition).getBytes(StandardCharsets.US_ASCII);
          sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
        }
      }
      assertThat(sent).hasSize(ROUNDS * PARTITIONS);
      for (Future<RecordMetadata> one : sent) {
        assertThat(one.get(30, TimeUnit.SECONDS).hasOffset()).isTrue();
      }
    }
  }
}
