package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.countermand.collectors.outbox.Loss;
import dev.countermand.collectors.outbox.Outbox;
import dev.countermand.collectors.spool.Spool;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.kafka.CompactedView;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Says how the gateway is. Always 200 while it answers hooks, with Kafka or without. */
final class Health implements HttpService {
  private final Outbox outbox;
  private final Spool spool;
  private final VerdictInbox inbox;
  private final Map<String, CompactedView<?>> views;
  private final Executor workers;
  private final InstantSource clock;

  Health(
      Outbox outbox,
      Spool spool,
      VerdictInbox inbox,
      Map<String, CompactedView<?>> views,
      Executor workers,
      InstantSource clock) {
    this.outbox = outbox;
    this.spool = spool;
    this.inbox = inbox;
    this.views = views;
    this.workers = workers;
    this.clock = clock;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> Replies.json(report()), workers)
            .exceptionally(e -> Replies.error(Intake.refusal(e))));
  }

  private ObjectNode report() {
    ObjectNode report = Json.mapper().createObjectNode();
    Outbox.Way way = outbox.way();
    Optional<Loss> loss = outbox.loss();
    boolean complete =
        way == Outbox.Way.UP
            && loss.isEmpty()
            && views.values().stream().allMatch(CompactedView::isCaughtUp);
    report.put("status", complete ? "ok" : "degraded");
    report.put("kafka", way.name().toLowerCase(Locale.ROOT));
    loss.ifPresent(
        one ->
            report
                .putObject("lost")
                .put("records", one.records())
                .put("since", one.since().toString())
                .put("last", one.last().toString())
                .put("code", one.code())
                .put("why", one.why()));
    report.put("verdicts", inbox.isPositioned() ? "following" : "waiting");
    ObjectNode waiting = report.putObject("spool");
    waiting.put("records", spool.records());
    waiting.put("bytes", spool.bytes());
    spool
        .oldest()
        .ifPresent(
            oldest -> waiting.put("oldest_age_seconds", (clock.millis() - oldest) / 1_000.0));
    ObjectNode caughtUp = report.putObject("views");
    views.forEach((name, view) -> caughtUp.put(name, view.isCaughtUp()));
    return report;
  }
}
