package dev.countermand.dashboards;

import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkListener;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import co.elastic.clients.util.ContentType;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Writes documents to one data stream and says what became of each. For one thread. */
final class BulkWriter implements AutoCloseable {
  static final int MAX_OPERATIONS = 500;
  private static final long MAX_BYTES = 5L * 1024 * 1024;
  private static final int MAX_REQUESTS = 2;

  private final String dataStream;
  private final BulkIngester<Slot> ingester;

  /**
   * @param dataStream where to
   * @param scheduler where answers are handed over
   */
  BulkWriter(
      ElasticsearchConnection elasticsearch,
      String dataStream,
      ScheduledExecutorService scheduler) {
    this.dataStream = dataStream;
    this.ingester =
        BulkIngester.of(
            bulk ->
                bulk.client(elasticsearch.client())
                    .maxOperations(MAX_OPERATIONS)
                    .maxSize(MAX_BYTES)
                    .maxConcurrentRequests(MAX_REQUESTS)
                    .scheduler(scheduler)
                    // Where the template is gone, a plain index of guessed types must not appear.
                    .globalSettings(request -> request.requireDataStream(true))
                    .listener(new Distributor()));
  }

  /** How documents share requests. */
  enum Grouping {
    TOGETHER,
    ALONE
  }

  /** Sends documents; the answers come in the same order. It never completes exceptionally. */
  CompletableFuture<List<Answer>> write(List<Document> documents, Grouping grouping) {
    Batch batch = new Batch(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      Document document = documents.get(i);
      BinaryData body = BinaryData.of(document.json(), ContentType.APPLICATION_JSON);
      BulkOperation operation =
          BulkOperation.of(
              op -> op.create(c -> c.index(dataStream).id(document.id()).document(body)));
      ingester.add(operation, new Slot(batch, i));
      if (grouping == Grouping.ALONE) {
        ingester.flush();
      }
    }
    ingester.flush();
    return batch.done;
  }

  @Override
  public void close() {
    ingester.close();
  }

  private record Slot(Batch batch, int index) {
    void answer(Answer answer) {
      batch.answers.set(index, answer);
      if (batch.open.decrementAndGet() == 0) {
        batch.done.complete(
            IntStream.range(0, batch.answers.length()).mapToObj(batch.answers::get).toList());
      }
    }
  }

  private static final class Batch {
    private final AtomicReferenceArray<Answer> answers;
    private final AtomicInteger open;
    private final CompletableFuture<List<Answer>> done = new CompletableFuture<>();

    Batch(int size) {
      Answer[] none = new Answer[size];
      Arrays.fill(none, new Answer(Answer.Kind.LATER, ""));
      this.answers = new AtomicReferenceArray<>(none);
      this.open = new AtomicInteger(size);
    }
  }

  private static final class Distributor implements BulkListener<Slot> {
    @Override
    public void beforeBulk(long execution, BulkRequest request, List<Slot> slots) {}

    @Override
    public void afterBulk(
        long execution, BulkRequest request, List<Slot> slots, BulkResponse response) {
      for (int i = 0; i < slots.size(); i++) {
        slots.get(i).answer(Answer.of(response.items().get(i)));
      }
    }

    @Override
    public void afterBulk(
        long execution, BulkRequest request, List<Slot> slots, Throwable failure) {
      slots.forEach(slot -> slot.answer(Answer.of(failure, slots.size())));
    }
  }
}
