package dev.countermand.streams.flink;

import dev.countermand.detectors.baseline.Feature;
import dev.countermand.detectors.baseline.LearnedRate;
import dev.countermand.model.Baseline;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.NullUnmarked;

/**
 * Learns how often something is done.
 *
 * @param <W> a window
 */
@NullUnmarked // what was learned has peers or none
abstract class LearningRates<W> extends Learning<W, LearnedRate> {
  private static final long serialVersionUID = 1L;

  LearningRates(Duration publishEvery) {
    // The name that what was learned has in older savepoints.
    super("rate", publishEvery);
  }

  @Override
  final LearnedRate decode(byte[] json) {
    return LearnedRate.CODEC.decode(json);
  }

  @Override
  final byte[] encode(LearnedRate known) {
    return LearnedRate.CODEC.encode(known);
  }

  @Override
  final Instant until(LearnedRate known) {
    return known.until();
  }

  @Override
  final Baseline baseline(String subject, String feature, LearnedRate known, String peers) {
    return known.baseline(
        subject, Feature.valueOf(feature.toUpperCase(Locale.ROOT).replace('-', '_')), peers);
  }
}
