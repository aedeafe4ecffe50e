package dev.countermand.dashboards;

import dev.countermand.dashboards.BulkWriter.Grouping;
import dev.countermand.model.DeadLetter;
import dev.countermand.model.json.MalformedDocumentException;
import dev.countermand.runtime.CountermandException;
import dev.countermand.runtime.kafka.DeadLetters;
import dev.countermand.runtime.kafka.KafkaSettings;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one topic into one data stream, batch by batch: read, write, wait until every document of
 * the batch is stored or is a dead letter, commit. One batch is in memory at a time, so a dead
 * Elasticsearch costs nothing but time. A thread of its own.
 */
final class TopicIndexer implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(TopicIndexer.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int MAX_FETCH_BYTES = 8 * 1024 * 1024;
  private static final int MAX_RECORDS = 8 * BulkWriter.MAX_OPERATIONS;

  private final DataStream stream;
  private final String namespace;
  private final KafkaSettings kafka;
  private final String topic;
  private final ElasticsearchConnection elasticsearch;
  private final TemplateInstaller templates;
  private final BulkWriter writer;
  private final SinkMetrics metrics;
  private final InstantSource clock;
  private final CompletableFuture<Void> closing;

  /**
   * @param closing completed when the indexer is to end; the batch in work is then left uncommitted
   *     unless it is done
   */
  TopicIndexer(
      DataStream stream,
      String namespace,
      KafkaSettings kafka,
      ElasticsearchConnection elasticsearch,
      TemplateInstaller templates,
      BulkWriter writer,
      SinkMetrics metrics,
      InstantSource clock,
      CompletableFuture<Void> closing) {
    this.stream = stream;
    this.namespace = namespace;
    this.kafka = kafka;
    this.topic = stream.topic(kafka.topics());
    this.elasticsearch = elasticsearch;
    this.templates = templates;
    this.writer = writer;
    this.metrics = metrics;
    this.clock = clock;
    this.closing = closing;
  }

  @Override
  public void run() {
    Outage outage = new Outage();
    while (!closing.isDone() && !Thread.currentThread().isInterrupted()) {
      try (KafkaConsumer<String, byte[]> consumer = new KafkaConsumer<>(consumerSettings());
          KafkaProducer<String, byte[]> producer =
              new KafkaProducer<>(kafka.producer("countermand-index-" + stream.word()))) {
        follow(consumer, producer);
      } catch (KafkaException e) {
        log.warn("Topic {} cannot be indexed now, trying again: {}", topic, e.getMessage());
        pause(outage.next());
      } catch (RuntimeException e) {
        log.error(
            "Indexing of topic {} met an unexpected error and starts over where it committed",
            topic,
            e);
        pause(outage.next());
      }
    }
  }

  private Properties consumerSettings() {
    Properties properties =
        kafka.consumer("countermand-index-" + stream.word(), "index-" + stream.word());
    // What bounds a batch in memory. A single larger record is still fetched.
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, MAX_FETCH_BYTES);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_FETCH_BYTES);
    // By default a batch is no more than one bulk, and none is sent while another is answered.
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_RECORDS);
    // A topic that is missing is created with its settings by TopicAdmin, not by being read.
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.putAll(kafka.client());
    return properties;
  }

  private void follow(
      KafkaConsumer<String, byte[]> consumer, KafkaProducer<String, byte[]> producer) {
    PausedConsumer patient = new PausedConsumer(consumer, topic);
    if (!installTemplate(patient)) {
      return;
    }
    while (!closing.isDone()) {
      ConsumerRecords<String, byte[]> records = consumer.poll(POLL);
      if (!records.isEmpty() && index(records, patient, producer)) {
        commit(consumer, records);
      }
    }
  }

  /** Whether every record of the batch is stored or a dead letter; not when closing came first. */
  private boolean index(
      ConsumerRecords<String, byte[]> records,
      PausedConsumer consumer,
      KafkaProducer<String, byte[]> producer) {
    List<Entry> open = new ArrayList<>(records.count());
    List<DeadLetter> dead = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> message : records) {
      try {
        open.add(new Entry(message, Document.of(message)));
      } catch (MalformedDocumentException e) {
        metrics.unreadable();
        dead.add(letter(message, "INDEX_DOCUMENT_UNREADABLE", String.valueOf(e.getMessage())));
      }
    }
    Outage outage = new Outage();
    Grouping grouping = Grouping.TOGETHER;
    while (!open.isEmpty()) {
      CompletableFuture<List<Answer>> answers =
          writer.write(open.stream().map(Entry::document).toList(), grouping);
      if (!consumer.keepAliveUntil(answers, closing)) {
        return false;
      }
      Round round = sort(open, answers.join(), dead);
      open = round.open();
      grouping = round.grouping();
      if (!round.later().isEmpty() && !waitOut(outage, round.later(), consumer)) {
        return false;
      }
    }
    outageEnded(outage);
    return dead.isEmpty() || send(dead, producer);
  }

  private record Entry(ConsumerRecord<String, byte[]> message, Document document) {}

  /**
   * What is left after an attempt.
   *
   * @param later why some must wait; empty when none must
   */
  private record Round(List<Entry> open, Grouping grouping, String later) {}

  private Round sort(List<Entry> sent, List<Answer> answers, List<DeadLetter> dead) {
    List<Entry> open = new ArrayList<>();
    Grouping grouping = Grouping.TOGETHER;
    String later = "";
    for (int i = 0; i < sent.size(); i++) {
      Answer answer = answers.get(i);
      metrics.answered(answer.kind());
      switch (answer.kind()) {
        case STORED, DUPLICATE -> {}
        case REJECTED ->
            dead.add(
                letter(
                    sent.get(i).message(),
                    "INDEX_DOCUMENT_REJECTED",
                    "Elasticsearch refused the document: " + answer.reason() + "."));
        case ALONE -> {
          open.add(sent.get(i));
          grouping = Grouping.ALONE;
        }
        case LATER -> {
          open.add(sent.get(i));
          later = answer.reason();
        }
      }
    }
    return new Round(open, grouping, later);
  }

  private boolean waitOut(Outage outage, String reason, PausedConsumer consumer) {
    if (outage.begins()) {
      metrics.waiting(1);
      log.warn(
          "Elasticsearch at {} does not take documents for {} now ({}). Indexing waits and tries"
              + " again; nothing is lost.",
          elasticsearch.place(),
          stream.in(namespace),
          reason);
    }
    if (!consumer.keepAliveFor(outage.next(), closing)) {
      return false;
    }
    // A cluster that came back empty has no template either.
    return !reason.contains(Answer.NO_SUCH_STREAM) || installTemplate(consumer);
  }

  private void outageEnded(Outage outage) {
    if (outage.ends()) {
      metrics.waiting(0);
      log.info("Elasticsearch at {} takes documents again", elasticsearch.place());
    }
  }

  /** Tries until the template is in place; false when closing came first. */
  private boolean installTemplate(PausedConsumer consumer) {
    Outage outage = new Outage();
    while (!closing.isDone()) {
      try {
        templates.install(stream, namespace);
        outageEnded(outage);
        return true;
      } catch (UncheckedIOException | CountermandException e) {
        if (outage.begins()) {
          metrics.waiting(1);
          log.warn(
              "The index template for {} is not in place yet, indexing waits: {}",
              stream.in(namespace),
              e.getMessage());
        }
      }
      consumer.keepAliveFor(outage.next(), closing);
    }
    return false;
  }

  private DeadLetter letter(ConsumerRecord<String, byte[]> message, String code, String reason) {
    log.warn(
        "Record at offset {} of {}-{} is not indexed and goes to {}: {}",
        message.offset(),
        message.topic(),
        message.partition(),
        kafka.topics().deadLetters(),
        reason);
    return DeadLetters.of("index", message, code, reason, clock.instant());
  }

  private boolean send(List<DeadLetter> dead, KafkaProducer<String, byte[]> producer) {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (DeadLetter letter : dead) {
      byte[] value = DeadLetter.CODEC.encode(letter);
      sent.add(producer.send(new ProducerRecord<>(kafka.topics().deadLetters(), value)));
    }
    producer.flush();
    for (Future<RecordMetadata> one : sent) {
      try {
        one.get();
      } catch (ExecutionException e) {
        throw new KafkaException("dead letters could not be written", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  private void commit(
      KafkaConsumer<String, byte[]> consumer, ConsumerRecords<String, byte[]> records) {
    try {
      consumer.commitSync(records.nextOffsets());
    } catch (CommitFailedException | RebalanceInProgressException e) {
      // Whoever has the partition now writes the same documents to the same ids.
      log.info("Offsets of {} were not committed, the group is rebalancing", topic);
    }
  }

  private void pause(Duration duration) {
    try {
      closing.get(duration.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // The pause is over.
    } catch (ExecutionException e) {
      throw new IllegalStateException("closing never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
