package dev.countermand.dashboards;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.elasticsearch._types.ErrorCause;
import co.elastic.clients.elasticsearch.core.bulk.BulkResponseItem;
import co.elastic.clients.elasticsearch.core.bulk.FailureStoreStatus;
import co.elastic.clients.transport.TransportException;
import java.util.Objects;
import java.util.Set;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/**
 * What Elasticsearch said to one document.
 *
 * @param kind what to do now
 * @param reason why it was not stored, without the document's values; empty when it was
 */
record Answer(Kind kind, String reason) {

  enum Kind {
    /** It is stored. */
    STORED,
    /** It was stored before; a replay. */
    DUPLICATE,
    /** It will never be taken. */
    REJECTED,
    /** The bulk it was in was refused as a whole; alone it may be taken. */
    ALONE,
    /** Not now; the document itself is not at fault. */
    LATER
  }

  /** The error of a data stream that does not exist and has no template to be created by. */
  static final String NO_SUCH_STREAM = "index_not_found_exception";

  private static final int MAX_REASON = 200;

  /** Errors of status 400 that are about the cluster, such as too many shards, not the document. */
  private static final Set<String> OF_THE_CLUSTER =
      Set.of("validation_exception", "invalid_index_name_exception");

  /** The answer in one item of a bulk response. */
  static Answer of(BulkResponseItem item) {
    if (item.failureStore() == FailureStoreStatus.Used) {
      return new Answer(Kind.REJECTED, "it is in Elasticsearch's failure store");
    }
    if (item.status() < 300) {
      return new Answer(Kind.STORED, "");
    }
    if (item.status() == 409) {
      return new Answer(Kind.DUPLICATE, "");
    }
    ErrorCause error = item.error();
    String type = error == null ? "no reason" : Objects.toString(error.type(), "no reason");
    String reason = cut("status " + item.status() + ", " + type + field(error));
    boolean rejected =
        item.status() == 413 || (item.status() == 400 && !OF_THE_CLUSTER.contains(type));
    return new Answer(rejected ? Kind.REJECTED : Kind.LATER, reason);
  }

  /**
   * The answer to each document of a bulk that failed as a whole.
   *
   * @param documents how many it held
   */
  static Answer of(Throwable failure, int documents) {
    int status = status(failure);
    if (status == 400 || status == 413) {
      return new Answer(documents > 1 ? Kind.ALONE : Kind.REJECTED, "status " + status);
    }
    // Never the message: it may quote the request.
    String reason = status == 0 ? failure.getClass().getSimpleName() : "status " + status;
    return new Answer(Kind.LATER, reason);
  }

  private static int status(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof ElasticsearchException e) {
        return e.status();
      }
      if (at instanceof ResponseException e) {
        return e.getResponse().getStatusLine().getStatusCode();
      }
      if (at instanceof TransportException e && e.statusCode() > 0) {
        return e.statusCode();
      }
    }
    return 0;
  }

  /** The field an error is about; the message around it quotes the value, which stays out. */
  private static String field(@Nullable ErrorCause error) {
    String message = error == null ? null : error.reason();
    String before = "failed to parse field [";
    int start = message == null ? -1 : message.indexOf(before);
    if (message == null || start < 0) {
      return "";
    }
    int end = message.indexOf(']', start);
    return end < 0 ? "" : ", field " + message.substring(start + before.length(), end);
  }

  private static String cut(String text) {
    return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON);
  }
}
