package dev.countermand.collectors.gateway;

import dev.countermand.collectors.report.Report;
import dev.countermand.collectors.report.Reporter;
import dev.countermand.model.Verdict;
import dev.countermand.runtime.kafka.DeadLetters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The verdicts on the latest attempts, for clients that ask about one call at two events. Bounded;
 * keeps digests of calls only. Thread-safe.
 */
final class RecentAttempts {
  private static final int MAX = 10_000;
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final InstantSource clock;
  private final Map<String, Verdict> verdicts =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verdict> eldest) {
          return size() > MAX;
        }
      };

  RecentAttempts(InstantSource clock) {
    this.clock = clock;
  }

  /** Names a call by all that makes it: agent, session, tool and input. */
  static String key(Reporter reporter, Report report) {
    String call =
        String.join(
            "\0",
            reporter.agentId(),
            report.sessionId(),
            String.valueOf(report.subagentId()),
            String.valueOf(report.tool()),
            report.input().toString());
    return DeadLetters.sha256(call.getBytes(StandardCharsets.UTF_8));
  }

  synchronized void put(String key, Verdict verdict) {
    verdicts.remove(key);
    verdicts.put(key, verdict);
  }

  /** The verdict, once: a later question about an equal call is about another call. */
  synchronized Optional<Verdict> take(String key) {
    Verdict verdict = verdicts.remove(key);
    return verdict == null || verdict.time().isBefore(clock.instant().minus(KEPT))
        ? Optional.empty()
        : Optional.of(verdict);
  }
}
