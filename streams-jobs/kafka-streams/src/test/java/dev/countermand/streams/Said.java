package dev.countermand.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countermand.detectors.trail.TrailDetector;
import dev.countermand.model.json.Json;
import dev.countermand.testkit.KafkaProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * What a job has said on a topic: the content of each id, which may be said again but not changed.
 */
final class Said {
  private static final List<String> OVER_AGENTS =
      ServiceLoader.load(TrailDetector.class).stream().map(rule -> rule.get().id()).toList();

  private Said() {}

  /** On a real topic; an id with two contents fails. */
  static Map<String, String> on(KafkaProbe probe, String topic) {
    return byId(probe.readAll(topic).stream().map(KafkaProbe.Message::value).toList(), topic);
  }

  /** Since the last call, on a topic of the test driver; an id with two contents fails. */
  static Map<String, String> on(Bench bench, String topic) {
    return byId(
        bench.raw(topic).stream()
            .map(record -> new String(record.value(), StandardCharsets.UTF_8))
            .toList(),
        topic);
  }

  /**
   * What scoring has said since the last call on each topic that it writes, by the topic's name
   * without the prefix; fewer ids than that on one of them fail.
   */
  static Map<String, Map<String, String>> byScoring(Bench bench, int atLeast) {
    Map<String, Map<String, String>> all = new HashMap<>();
    for (String topic :
        List.of(
            bench.topics.findings(),
            bench.topics.containmentOrders(),
            bench.topics.verdicts(),
            bench.topics.scoredActions())) {
      Map<String, String> said = on(bench, topic);
      assertThat(said).as(topic).hasSizeGreaterThanOrEqualTo(atLeast);
      all.put(topic.substring(bench.topics.prefix().length()), said);
    }
    return all;
  }

  /** Fails unless the topics of the jobs say the same as those of the undisturbed topology. */
  static void assertSame(LiveJobs jobs, Map<String, Map<String, String>> undisturbed) {
    undisturbed.forEach(
        (name, expected) -> {
          String topic = jobs.topics.prefix() + name;
          assertThat(on(jobs.probe, topic)).as(topic).isEqualTo(expected);
        });
  }

  private static Map<String, String> byId(List<String> documents, String topic) {
    Map<String, String> contents = new HashMap<>();
    Set<String> differing = new HashSet<>();
    for (String document : documents) {
      String id = id(document);
      String content = content(id, document);
      String before = contents.putIfAbsent(id, content);
      if (before != null && !before.equals(content)) {
        differing.add(id);
      }
    }
    assertThat(differing).as("ids with two contents on " + topic).isEmpty();
    return contents;
  }

  /**
   * The document, or of a finding about several agents that it is there: what it names as evidence
   * depends on which of them was told of first.
   */
  private static String content(String id, String document) {
    return OVER_AGENTS.stream().anyMatch(rule -> id.contains(":" + rule + ":"))
        ? "found"
        : document;
  }

  private static String id(String document) {
    try {
      return Json.mapper().readTree(document).at("/event/id").asText();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
