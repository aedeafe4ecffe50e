package dev.countermand.containment;

import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what containment could not, or must not, do by itself: as a finding of high
 * severity, in the log, and in the count {@code countermand.containment.pages}. Thread-safe.
 */
final class Pager {
  private static final Logger log = LoggerFactory.getLogger(Pager.class);

  private final Journal journal;
  private final MeterRegistry meters;

  Pager(Journal journal, MeterRegistry meters) {
    this.journal = journal;
    this.meters = meters;
  }

  /**
   * Pages.
   *
   * @param subject what it is about; the same again is the same finding
   * @param rule what happened, a word that begins with {@link Finding#CONTAINMENT}
   * @param actionId the action that led to it; null when none did
   */
  void page(
      String rule,
      String name,
      String agentId,
      String subject,
      @Nullable String actionId,
      String summary,
      List<String> credentials) {
    Instant now = journal.now();
    log.error("Agent {}, {}: {}", agentId, subject, summary);
    meters.counter("countermand.containment.pages", "rule", rule).increment();
    journal.write(
        new Finding(
            subject + ":" + rule,
            now,
            actionId == null ? subject : actionId,
            List.of(),
            agentId,
            "",
            null,
            rule,
            name,
            summary,
            List.of(),
            Severity.HIGH,
            1,
            Recommendation.NOTIFY,
            credentials,
            List.of(),
            List.of(),
            Extra.NONE));
  }
}
