package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.streams.flink.Flowing.Members;
import dev.countermand.streams.flink.Flowing.Published;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.apache.flink.util.Collector;

/** Learns what one member of a peer group does. */
final class LearnPeers extends LearningRates<Members> {
  private static final long serialVersionUID = 1L;

  LearnPeers(Duration publishEvery) {
    super(publishEvery);
  }

  @Override
  public void processElement(Members members, Context context, Collector<Published> out)
      throws Exception {
    Instant start = Instant.ofEpochMilli(members.start());
    LearnedRate known = known();
    LearnedRate before = known == null ? LearnedRate.startingAt(start) : known;
    // Sorted: members come in any order, and the sum of doubles depends on it.
    double watched = Arrays.stream(members.watched()).sorted().sum();
    keep(
        before.learnAll(start, Arrays.stream(members.counts()).boxed().toList(), watched),
        null,
        context);
  }
}
