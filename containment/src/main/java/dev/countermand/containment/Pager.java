package dev.countermand.containment;

import dev.countermand.model.Finding;
import dev.countermand.model.Recommendation;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Extra;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what containment could not, or must not, do by itself: as a finding of high
 * severity, in the log, and in the count {@code countermand.containment.pages}. Thread-safe.
 */
final class Pager {
  private static final Logger log = LoggerFactory.getLogger(Pager.class);

  private static final Duration REPEATED = Duration.ofHours(1);
  private static final int MAX_REMEMBERED = 10_000;

  private final Map<String, Instant> lately =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };
  private final Journal journal;
  private final MeterRegistry meters;

  Pager(Journal journal, MeterRegistry meters) {
    this.journal = journal;
    this.meters = meters;
  }

  private synchronized boolean isNews(String what, Instant now) {
    Instant before = lately.get(what);
    boolean isNews = before == null || before.plus(REPEATED).isBefore(now);
    if (isNews) {
      lately.put(what, now);
    }
    return isNews;
  }

  /**
   * Pages; the same about the same agent and credentials within an hour is only counted.
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
    meters.counter("countermand.containment.pages", "rule", rule).increment();
    if (!isNews(rule + '|' + agentId + '|' + credentials, now)) {
      return;
    }
    log.error("Agent {}, {}: {}", agentId, subject, summary);
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
            null,
            0,
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
