package dev.countermand.streams.flink.backtest;

import dev.countermand.detectors.trail.CredentialTouch;
import dev.countermand.detectors.trail.CredentialTrail;
import dev.countermand.detectors.trail.Taken;
import dev.countermand.detectors.trail.TrailScoring;
import dev.countermand.model.Credential;
import dev.countermand.model.Finding;
import java.io.IOException;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.util.Collector;

/** Follows the trail of each credential over all agents. */
final class FollowAgain extends InTime {
  private static final long serialVersionUID = 1L;

  private final Snapshot snapshot;
  private transient TrailScoring scoring;
  private transient History<Credential> credentials;
  private transient DocumentState<CredentialTrail> trail;

  FollowAgain(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public void open(OpenContext context) {
    super.open(context);
    scoring = TrailScoring.standard();
    credentials = snapshot.credentials();
    trail =
        new DocumentState<>(
            getRuntimeContext(), "trail", CredentialTrail.CODEC, CredentialTrail.EMPTY);
  }

  @Override
  void follow(Event event, Collector<Event> out) throws IOException {
    CredentialTrail before = trail.value();
    if (event.kind == Event.TAKEN) {
      trail.update(before.plus(Taken.CODEC.decode(event.document)));
      return;
    }
    CredentialTouch touch = CredentialTouch.CODEC.decode(event.document);
    Credential registered =
        Stream.concat(Stream.of(touch.fingerprint()), touch.others().stream())
            .flatMap(fingerprint -> credentials.at(fingerprint, event.time).stream())
            .max(Comparator.comparing(Credential::time))
            .orElse(null);
    TrailScoring.Result result = scoring.score(touch, before, registered);
    trail.update(result.trail());
    for (Finding finding : result.findings()) {
      out.collect(Event.of(finding, event.time));
    }
  }
}
