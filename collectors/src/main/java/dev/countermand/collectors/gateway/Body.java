package dev.countermand.collectors.gateway;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of a request.
 *
 * @param bytes its bytes; the first ones where there are more than the limit
 * @param completeness whether that is all
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed after it is made
record Body(byte[] bytes, Completeness completeness) {
  /** Most bytes that are taken. */
  static final int LIMIT = 1024 * 1024;

  /** Whether all of it was read. */
  enum Completeness {
    WHOLE,
    CUT
  }

  /** Reads the body; what is beyond the limit is read and dropped, so that the client hears why. */
  static CompletableFuture<Body> of(HttpRequest request) {
    CompletableFuture<Body> body = new CompletableFuture<>();
    request.subscribe(new Collector(body));
    return body;
  }

  private static final class Collector implements Subscriber<HttpObject> {
    private final CompletableFuture<Body> body;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2_048);
    private Completeness complete = Completeness.WHOLE;

    Collector(CompletableFuture<Body> body) {
      this.body = body;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(HttpObject object) {
      if (object instanceof HttpData data) {
        byte[] part = data.array();
        int room = LIMIT - bytes.size();
        if (part.length > room) {
          complete = Completeness.CUT;
        }
        bytes.write(part, 0, Math.min(room, part.length));
      }
    }

    @Override
    public void onError(@Nullable Throwable error) {
      body.completeExceptionally(error == null ? new IllegalStateException("no body") : error);
    }

    @Override
    public void onComplete() {
      body.complete(new Body(bytes.toByteArray(), complete));
    }
  }
}
