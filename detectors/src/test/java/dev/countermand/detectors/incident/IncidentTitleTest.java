package dev.countermand.detectors.incident;

import static dev.countermand.detectors.risk.Signals.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.detectors.risk.Signal;
import dev.countermand.detectors.risk.Signals;
import dev.countermand.model.Incident;
import dev.countermand.model.Severity;
import dev.countermand.model.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class IncidentTitleTest {
  private static final IncidentPolicy POLICY =
      new IncidentPolicy(Duration.ofHours(1), 3, Duration.ofHours(8));
  private static final Signal VAGUE = signal("f1", Severity.CRITICAL, NOON, "A rule", 0);
  private static final Signal TRIED =
      signal("f2", Severity.CRITICAL, NOON, "tried to destroy volume vol-1 in production", 82);
  private static final Signal DONE =
      signal("f3", Severity.CRITICAL, NOON, "destroyed volume vol-1 in production", 83);

  private static Signal signal(
      String id, Severity severity, Instant time, String deed, long gravity) {
    return Signals.doing(Signals.of(id, "destructive", severity, 0.9, time, "a"), deed, gravity);
  }

  private static Incident after(List<Signal> signals) {
    IncidentState state = IncidentState.EMPTY;
    for (Signal signal : signals) {
      state = state.plus(signal, 10, POLICY).state();
    }
    return Objects.requireNonNull(state.current());
  }

  private static String title(Signal... signals) {
    return after(List.of(signals)).title();
  }

  @Test
  void itIsOfTheGravestFindingAndOfEqualsOfTheGravestDeed() {
    Signal light = signal("f4", Severity.LOW, NOON, "destroyed file b", 81);

    assertThat(title(VAGUE)).isEqualTo("coder: A rule");
    assertThat(title(light, VAGUE)).isEqualTo("coder: A rule");
    assertThat(title(VAGUE, TRIED, light)).isEqualTo("coder: " + TRIED.deed());
    assertThat(title(VAGUE, TRIED, DONE)).isEqualTo("coder: " + DONE.deed());
    assertThat(title(DONE, TRIED, VAGUE)).isEqualTo("coder: " + DONE.deed());
  }

  @Test
  void ofEqualDeedsItIsOfTheFirstByTheirTimesWhicheverIsHeardOfFirst() {
    Signal first = signal("f5", Severity.CRITICAL, NOON, "destroyed volume z", 81);
    Signal second = signal("f6", Severity.CRITICAL, NOON.plusSeconds(1), "destroyed volume a", 81);

    assertThat(title(first, second)).isEqualTo("coder: destroyed volume z");
    assertThat(title(second, first)).isEqualTo("coder: destroyed volume z");
    assertThat(after(List.of(second, first)).told()).isEqualTo(NOON);
  }

  @Test
  void whatAnAgentTypedCannotMakeItGraver() {
    String typed = "destroyed volume vol-1 in production";
    Signal loud = signal("f7", Severity.CRITICAL, NOON, typed, 10);
    Signal quiet = signal("f8", Severity.CRITICAL, NOON, "tried to delete table orders", 70);

    assertThat(title(loud, quiet)).isEqualTo("coder: tried to delete table orders");
    assertThat(title(quiet, loud)).isEqualTo("coder: tried to delete table orders");
  }

  @Test
  void whatAnEarlierVersionKeptWithoutItGivesWayToWhatIsKnown() throws IOException {
    IncidentState old = IncidentState.EMPTY.plus(TRIED, 10, POLICY).state();
    JsonNode document = Json.mapper().readTree(IncidentState.CODEC.encode(old));
    ObjectNode incident = (ObjectNode) document.at("/current/countermand/incident");
    incident.remove(List.of("gravity", "told"));
    IncidentState read = IncidentState.CODEC.decode(Json.mapper().writeValueAsBytes(document));

    assertThat(Objects.requireNonNull(read.current()).title()).isEqualTo("coder: " + TRIED.deed());
    assertThat(Objects.requireNonNull(read.current()).told()).isEqualTo(NOON);
    assertThat(title(read, later(VAGUE))).isEqualTo("coder: " + TRIED.deed());
    assertThat(title(read, DONE)).isEqualTo("coder: " + DONE.deed());
  }

  private static Signal later(Signal one) {
    return signal("later", one.severity(), NOON.plusSeconds(9), one.deed(), one.gravity());
  }

  private static String title(IncidentState state, Signal signal) {
    return Objects.requireNonNull(state.plus(signal, 10, POLICY).state().current()).title();
  }

  @Provide
  Arbitrary<List<Signal>> signals() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9_999),
            Arbitraries.of(Severity.HIGH, Severity.CRITICAL),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of("destroyed volume a", "read file destroyed", "A rule"),
            Arbitraries.of(0L, 10L, 82L))
        .as(
            (id, severity, second, deed, gravity) ->
                signal("f-" + id, severity, NOON.plusSeconds(second), deed, gravity))
        .list()
        .ofMinSize(1)
        .ofMaxSize(12);
  }

  @Property(tries = 300)
  void itIsTheSameInWhateverOrderTheFindingsArrive(
      @ForAll("signals") List<Signal> signals, @ForAll Random random) {
    List<Signal> again = new ArrayList<>(signals);
    Collections.shuffle(again, random);

    assertThat(after(again).title()).isEqualTo(after(signals).title());
    assertThat(after(again).gravity()).isEqualTo(after(signals).gravity());
  }
}
