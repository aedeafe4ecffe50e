package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Features;
import dev.countermand.detectors.baseline.LearnedTraits;
import dev.countermand.model.Baseline;
import dev.countermand.streams.flink.Flowing.Published;
import dev.countermand.streams.flink.Flowing.Traits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.NullUnmarked;

/** Learns what agents and peer groups are seen with, and tells groups of their members' windows. */
@NullUnmarked // as its super class
final class LearnTraits extends Learning<Traits, LearnedTraits> {
  private static final long serialVersionUID = 1L;

  /** Windows of members, as those of their peer groups. */
  static final OutputTag<Traits> OF_MEMBERS =
      new OutputTag<>("traits-of-members", TypeInformation.of(Traits.class));

  LearnTraits(Duration publishEvery) {
    super("traits", publishEvery);
  }

  @Override
  public void processElement(Traits window, Context context, Collector<Published> out)
      throws Exception {
    if (!window.teaches()) {
      return;
    }
    Instant start = Instant.ofEpochMilli(window.start());
    LearnedTraits known = known();
    LearnedTraits before = known == null ? LearnedTraits.startingAt(start) : known;
    if (window.subject().startsWith(Features.AGENT)) {
      context.output(OF_MEMBERS, window.ofPeers());
    }
    keep(before.learn(start, List.of(window.traits())), null, context);
  }

  @Override
  LearnedTraits decode(byte[] json) {
    return LearnedTraits.CODEC.decode(json);
  }

  @Override
  byte[] encode(LearnedTraits known) {
    return LearnedTraits.CODEC.encode(known);
  }

  @Override
  Instant until(LearnedTraits known) {
    return known.until();
  }

  @Override
  Baseline baseline(String subject, String feature, LearnedTraits known, String peers) {
    return known.baseline(subject);
  }
}
