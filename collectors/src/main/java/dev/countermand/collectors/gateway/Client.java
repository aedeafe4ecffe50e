package dev.countermand.collectors.gateway;

import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Whoever waits for the answer to a request. */
interface Client {
  /** Completes when it no longer waits. */
  CompletableFuture<?> left();

  /** Keeps the request open for so long from now. */
  void keep(Duration longer);

  /** The client of a request that the server is handling. */
  static Client of(ServiceRequestContext context) {
    return new Client() {
      @Override
      public CompletableFuture<?> left() {
        return context.whenRequestCancelled();
      }

      @Override
      public void keep(Duration longer) {
        context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, longer);
      }
    };
  }
}
