package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.streams.flink.Flowing.Members;
import dev.countermand.streams.flink.Flowing.Published;
import dev.countermand.streams.flink.Flowing.Window;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Learns agents, credentials and resources, and tells peer groups of their members' windows. */
final class LearnSubject extends LearningRates<Window> {
  private static final long serialVersionUID = 1L;

  /** Windows of members, for their peer groups. */
  static final OutputTag<Members> MEMBERS =
      new OutputTag<>("members", TypeInformation.of(Members.class));

  LearnSubject(Duration publishEvery) {
    super(publishEvery);
  }

  @Override
  public void processElement(Window window, Context context, Collector<Published> out)
      throws Exception {
    Instant start = Instant.ofEpochMilli(window.start());
    LearnedRate known = known();
    if (!window.teaches()) {
      if (known != null) {
        keep(known.withhold(start), null, context);
      }
      return;
    }
    LearnedRate before = known == null ? LearnedRate.startingAt(start) : known;
    boolean agent = window.subject().startsWith(Features.AGENT);
    if (agent) {
      context.output(
          MEMBERS,
          new Members(
              window.start(),
              window.peers(),
              window.feature(),
              new long[] {window.count()},
              new double[] {before.watched(start)}));
    }
    keep(before.learn(start, window.count()), agent ? window.peers() : null, context);
  }
}
