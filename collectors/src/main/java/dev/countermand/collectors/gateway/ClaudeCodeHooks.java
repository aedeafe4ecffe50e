package dev.countermand.collectors.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import dev.countermand.collectors.claudecode.ClaudeCodeAnswer;
import dev.countermand.collectors.claudecode.ClaudeCodeEvent;
import dev.countermand.collectors.report.Documents;
import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.model.Decision;
import dev.countermand.model.Phase;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.config.GatewaySettings;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Takes Claude Code's hooks and answers in its dialect. */
final class ClaudeCodeHooks implements Intake.Handler {
  private final Reporters reporters;
  private final Desk desk;
  private final KillSwitch killSwitch;
  private final RecentAttempts recent;
  private final GatewayMetrics metrics;

  ClaudeCodeHooks(
      Reporters reporters,
      Desk desk,
      KillSwitch killSwitch,
      RecentAttempts recent,
      GatewayMetrics metrics) {
    this.reporters = reporters;
    this.desk = desk;
    this.killSwitch = killSwitch;
    this.recent = recent;
    this.metrics = metrics;
  }

  @Override
  public CompletableFuture<HttpResponse> handle(
      GatewaySettings.Source source,
      RequestHeaders headers,
      byte[] body,
      long arrived,
      Client client) {
    Reporter reporter = reporters.reporter(source, headers.get("x-countermand-agent"), null);
    Report report = ClaudeCodeEvent.read(Documents.object(Documents.text(body)));
    return answer(reporter, report, client)
        .thenApply(
            answer -> {
              metrics.roundTrip(report.phase(), System.nanoTime() - arrived);
              return Replies.json(answer);
            });
  }

  private CompletableFuture<ObjectNode> answer(Reporter reporter, Report report, Client client) {
    if (report.phase() != Phase.ATTEMPT) {
      return desk.record(desk.make(reporter, report))
          .thenApply(receipt -> notice(reporter.agentId(), report.name()));
    }
    String call = RecentAttempts.key(reporter, report);
    boolean permission = report.name().equals(ClaudeCodeEvent.PERMISSION_REQUEST);
    Optional<Verdict> known = permission ? recent.take(call) : Optional.empty();
    if (known.isPresent()) {
      return repeated(reporter, report, known.get());
    }
    String event = report.name();
    Outgoing made = desk.make(reporter, report);
    return desk.decide(made, client)
        .thenApply(
            answer -> {
              Verdict verdict = answer.verdict();
              if (Answer.allowedByAPerson(verdict)) {
                return ClaudeCodeAnswer.approved(event, verdict.reason());
              }
              if (permission) {
                return ClaudeCodeAnswer.permissionRequest(verdict.decision(), verdict.reason());
              }
              recent.put(call, verdict);
              return ClaudeCodeAnswer.preToolUse(verdict.decision(), verdict.reason());
            });
  }

  /** The same call was decided at PreToolUse: it is not counted as a second attempt. */
  private CompletableFuture<ObjectNode> repeated(
      Reporter reporter, Report report, Verdict verdict) {
    return desk.record(desk.make(reporter, report.asNotice()))
        .thenApply(
            receipt ->
                killSwitch
                    .contains(reporter.agentId())
                    .map(
                        state ->
                            ClaudeCodeAnswer.permissionRequest(
                                Decision.DENY, LocalRule.reason(state)))
                    .orElseGet(
                        () ->
                            ClaudeCodeAnswer.permissionRequest(
                                verdict.decision(), verdict.reason())));
  }

  private ObjectNode notice(String agentId, String event) {
    return killSwitch
        .contains(agentId)
        .map(state -> ClaudeCodeAnswer.contained(event, LocalRule.reason(state)))
        .orElseGet(ClaudeCodeAnswer::none);
  }
}
