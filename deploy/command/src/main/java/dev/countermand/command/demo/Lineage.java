package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Step;
import dev.countermand.model.StepState;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The life of one credential in one picture: read there, used here, taken away, proved dead.
 *
 * @param summary the chain in one sentence
 * @param stations in the order they happened, the last ones what containment did
 */
record Lineage(String summary, List<Station> stations) {
  private static final Set<String> CHAINS = Set.of("read-then-used", "read-by-another");

  /**
   * One thing that happened to it.
   *
   * @param what in a word or two
   * @param text the evidence
   */
  record Station(String what, String text) {}

  /** The chains among findings, with what became of their credentials; bounded by the findings. */
  static List<Lineage> of(List<Finding> findings, List<ContainmentOutcome> outcomes) {
    return findings.stream()
        .filter(finding -> CHAINS.contains(finding.ruleId()))
        .sorted(Comparator.comparing(Finding::time))
        .map(finding -> of(finding, outcomes))
        .toList();
  }

  private static Lineage of(Finding finding, List<ContainmentOutcome> outcomes) {
    List<Station> stations = new ArrayList<>();
    for (String line : finding.because()) {
      if (line.startsWith("1. ")) {
        stations.add(new Station("read", line.substring(3)));
      } else if (line.startsWith("2. ")) {
        stations.add(new Station("used", line.substring(3)));
      } else if (line.startsWith("3. ")) {
        stations.add(new Station("meant", line.substring(3)));
      }
    }
    for (ContainmentOutcome outcome : outcomes) {
      boolean same =
          outcome.credential() != null && finding.credentials().contains(outcome.credential());
      if (same && outcome.step() == Step.REVOKE && outcome.state() == StepState.ACCEPTED) {
        stations.add(new Station("taken", "away at " + outcome.time() + ": " + outcome.reason()));
      } else if (same && outcome.step() == Step.REVOKE && outcome.state() == StepState.VERIFIED) {
        String proof = Objects.requireNonNullElse(outcome.proof(), outcome.reason());
        stations.add(new Station("dead", "at " + outcome.time() + ": " + proof));
      }
    }
    return new Lineage(finding.summary(), List.copyOf(stations));
  }

  /** The picture for people. */
  void print(PrintStream out, Timeline.Paint paint) {
    out.println(summary);
    for (int i = 0; i < stations.size(); i++) {
      Station station = stations.get(i);
      boolean last = i == stations.size() - 1;
      out.printf(
          "  %s %s  %s%n",
          last ? "└─" : i == 0 ? "┌─" : "├─",
          paint.in(colour(station), String.format("%-5s", station.what())),
          station.text());
    }
  }

  /** The picture for machines. */
  void write(ArrayNode array) {
    var node = array.addObject().put("summary", summary);
    var list = node.putArray("stations");
    stations.forEach(
        station -> list.addObject().put("what", station.what()).put("text", station.text()));
  }

  private static String colour(Station station) {
    return switch (station.what()) {
      case "read" -> "33";
      case "used", "meant" -> "31";
      default -> "32";
    };
  }
}
