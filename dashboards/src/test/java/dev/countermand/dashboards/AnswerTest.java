package dev.countermand.dashboards;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorResponse;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.bulk.FailureStoreStatus;
import co.elastic.clients.elasticsearch.core.bulk.OperationType;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerTest {

  @ParameterizedTest
  @CsvSource({
    "201, , STORED",
    "409, version_conflict_engine_exception, DUPLICATE",
    "400, document_parsing_exception, REJECTED",
    "400, illegal_argument_exception, REJECTED",
    "413, circuit, REJECTED",
    "400, validation_exception, LATER",
    "400, invalid_index_name_exception, LATER",
    "401, security_exception, LATER",
    "403, cluster_block_exception, LATER",
    "404, index_not_found_exception, LATER",
    "429, es_rejected_execution_exception, LATER",
    "500, some_exception, LATER",
    "503, unavailable_shards_exception, LATER"
  })
  void onlyWhatIsTheDocumentsFaultIsRejected(int status, String type, Answer.Kind kind) {
    assertThat(Answer.of(item(status, type, "why")).kind()).isEqualTo(kind);
  }

  @Test
  void theReasonNamesTheFieldAndNotTheValue() {
    String message =
        "[1:55] failed to parse field [event.duration] of type [long] in document with id 'x'."
            + " Preview of field's value: 'hush'";

    Answer answer = Answer.of(item(400, "document_parsing_exception", message));

    assertThat(answer.reason())
        .isEqualTo("status 400, document_parsing_exception, field event.duration");
  }

  @Test
  void aDocumentInTheFailureStoreIsNotStored() {
    BulkResponseItem item =
        BulkResponseItem.of(
            b ->
                b.operationType(OperationType.Create)
                    .index("i")
                    .status(201)
                    .failureStore(FailureStoreStatus.Used));
    assertThat(Answer.of(item).kind()).isEqualTo(Answer.Kind.REJECTED);
  }

  @Test
  void aBulkThatIsRefusedAsAWholeIsTriedDocumentByDocument() {
    assertThat(Answer.of(refusal(400), 2).kind()).isEqualTo(Answer.Kind.ALONE);
    assertThat(Answer.of(refusal(413), 500).kind()).isEqualTo(Answer.Kind.ALONE);
    assertThat(Answer.of(refusal(400), 1).kind()).isEqualTo(Answer.Kind.REJECTED);
  }

  @Test
  void anOverloadedOrAbsentServerIsWaitedFor() {
    assertThat(Answer.of(refusal(429), 1).kind()).isEqualTo(Answer.Kind.LATER);
    assertThat(Answer.of(refusal(401), 1).kind()).isEqualTo(Answer.Kind.LATER);
    assertThat(Answer.of(refusal(503), 9).kind()).isEqualTo(Answer.Kind.LATER);
    assertThat(Answer.of(new ConnectException("refused"), 1))
        .isEqualTo(new Answer(Answer.Kind.LATER, "ConnectException"));
  }

  private static ElasticsearchException refusal(int status) {
    return new ElasticsearchException(
        "es/bulk", ErrorResponse.of(e -> e.status(status).error(c -> c.type("t").reason("hush"))));
  }

  private static BulkResponseItem item(int status, String type, String reason) {
    return BulkResponseItem.of(
        b -> {
          b.operationType(OperationType.Create).index("i").status(status);
          return type == null ? b : b.error(e -> e.type(type).reason(reason));
        });
  }
}
