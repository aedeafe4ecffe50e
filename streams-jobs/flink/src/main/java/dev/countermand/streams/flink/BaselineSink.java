package dev.countermand.streams.flink;

import dev.countermand.streams.flink.Flowing.Published;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents to a compacted topic, each once. The last document of each key since a
 * checkpoint is part of the next one, and is written in one Kafka transaction when that checkpoint
 * is complete.
 *
 * <p>A failure before the checkpoint writes nothing; one after it writes the documents of what was
 * complete again, oldest checkpoint first, which leaves a compacted topic as it was. Where two
 * checkpoints were waiting, a reader can see the earlier of two documents again for a moment. Of
 * two that have one transactional id the later one is let write: the broker fences the other, which
 * ends with {@link TakenOver}, and is not started again.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the commit fails with the first error of a send
final class BaselineSink implements Sink<Published>, SupportsCommitter<BaselineSink.Batch> {
  private static final long serialVersionUID = 1L;

  private final String topic;
  private final String transactionalId;
  private final Properties producer;

  /**
   * @param transactionalId differs between jobs; the number of the subtask is added
   * @param producer settings of the producer, as text
   */
  BaselineSink(String topic, String transactionalId, Properties producer) {
    this.topic = topic;
    this.transactionalId = transactionalId;
    this.producer = producer;
  }

  /** The documents of one checkpoint, by their keys; null for one that is taken back. */
  record Batch(Map<String, byte @Nullable []> documents) {}

  @Override
  public CommittingSinkWriter<Published, Batch> createWriter(WriterInitContext context) {
    return new Writer();
  }

  @Override
  public Committer<Batch> createCommitter(CommitterInitContext context) {
    InTransaction committer =
        new InTransaction(
            topic, transactionalId + "-" + context.getTaskInfo().getIndexOfThisSubtask(), producer);
    // At once, so that a job that runs already hears of it with its next checkpoint.
    committer.open();
    return committer;
  }

  @Override
  public SimpleVersionedSerializer<Batch> getCommittableSerializer() {
    return new BatchSerializer();
  }

  private static final class Writer implements CommittingSinkWriter<Published, Batch> {
    private Map<String, byte @Nullable []> documents = new TreeMap<>();

    @Override
    public void write(Published one, Context context) {
      documents.put(one.key(), one.document());
    }

    @Override
    public void flush(boolean endOfInput) {
      // Nothing leaves before the checkpoint is complete.
    }

    @Override
    public Collection<Batch> prepareCommit() {
      if (documents.isEmpty()) {
        return List.of();
      }
      Batch batch = new Batch(documents);
      documents = new TreeMap<>();
      return List.of(batch);
    }

    @Override
    public void close() {
      documents.clear();
    }
  }

  private static final class InTransaction implements Committer<Batch> {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final String topic;
    private final Properties settings;
    private @Nullable KafkaProducer<String, byte[]> producer;

    InTransaction(String topic, String transactionalId, Properties producer) {
      this.topic = topic;
      this.settings = new Properties();
      settings.putAll(producer);
      settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
      settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TIMEOUT.toMillis());
    }

    @Override
    public void commit(Collection<CommitRequest<Batch>> requests) {
      if (requests.isEmpty()) {
        return;
      }
      KafkaProducer<String, byte[]> open = open();
      // Of the wall, as the broker's, which goes on while this machine sleeps.
      long begun = System.currentTimeMillis();
      try {
        open.beginTransaction();
        for (CommitRequest<Batch> request : requests) {
          request
              .getCommittable()
              .documents()
              .forEach((key, document) -> open.send(new ProducerRecord<>(topic, key, document)));
        }
        open.commitTransaction();
      } catch (KafkaException e) {
        // A new producer ends the transaction that this one left.
        close();
        // The broker also fences whoever lets a transaction wait for too long.
        boolean inTime = System.currentTimeMillis() - begun < TIMEOUT.toMillis();
        throw inTime && isFenced(e) ? new TakenOver(topic, e) : e;
      }
    }

    private static boolean isFenced(KafkaException e) {
      Throwable cause = e;
      while (cause != null) {
        if (cause instanceof ProducerFencedException
            || cause instanceof InvalidProducerEpochException) {
          return true;
        }
        cause = cause.getCause();
      }
      return false;
    }

    private KafkaProducer<String, byte[]> open() {
      KafkaProducer<String, byte[]> open = producer;
      if (open == null) {
        open = new KafkaProducer<>(settings);
        producer = open;
        try {
          open.initTransactions();
        } catch (KafkaException e) {
          close();
          throw e;
        }
      }
      return open;
    }

    @Override
    public void close() {
      if (producer != null) {
        producer.close(Duration.ofSeconds(5));
        producer = null;
      }
    }
  }

  private static final class BatchSerializer implements SimpleVersionedSerializer<Batch> {
    private static final int TAKEN_BACK = -1;

    @Override
    public int getVersion() {
      return 2;
    }

    @Override
    public byte[] serialize(Batch batch) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.writeInt(batch.documents().size());
      for (Map.Entry<String, byte @Nullable []> one : batch.documents().entrySet()) {
        out.writeUTF(one.getKey());
        byte @Nullable [] document = one.getValue();
        out.writeInt(document == null ? TAKEN_BACK : document.length);
        if (document != null) {
          out.write(document);
        }
      }
      return bytes.toByteArray();
    }

    @Override
    public Batch deserialize(int version, byte[] serialized) throws IOException {
      // Version 1 is the same, with no document taken back.
      if (version != getVersion() && version != 1) {
        throw new IOException("a batch of version " + version + " cannot be read");
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
      Map<String, byte @Nullable []> documents = new TreeMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        String key = in.readUTF();
        int length = in.readInt();
        documents.put(key, length == TAKEN_BACK ? null : in.readNBytes(length));
      }
      return new Batch(documents);
    }
  }
}
