package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.console.Indexed.Found;
import dev.countermand.dashboards.timeline.Entries;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelineReader;
import dev.countermand.model.Credential;
import dev.countermand.model.Incident;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happened, in order: from Elasticsearch, and from Kafka while that is away. */
final class Timelines {
  private static final Logger log = LoggerFactory.getLogger(Timelines.class);
  private static final List<String> SUBJECTS =
      List.of("incident", "agent", "finding", "session", "task", "credential");

  private final Views views;
  private final Indexed indexed;
  private final TimelineReader kafka;
  private final Entries entries;
  private final Shown shown;
  private final Supplier<Selection> recent;

  /** What a timeline is about. */
  private record About(String title, Selection selection) {}

  /**
   * @param left how many earlier entries are left out
   * @param source where it was read from
   */
  private record Story(List<Entry> entries, long left, String source) {
    /** The last of some entries, in order. */
    static Story last(List<Entry> all, int limit, long before, String source) {
      // A sort that keeps the order of equals.
      all.sort(Comparator.comparing(Entry::time));
      int over = Math.max(0, all.size() - limit);
      return new Story(all.subList(over, all.size()), before + over, source);
    }
  }

  /**
   * @param recent the time of a timeline that is of no incident or finding
   */
  Timelines(
      Views views,
      Indexed indexed,
      TimelineReader kafka,
      Entries entries,
      Shown shown,
      Supplier<Selection> recent) {
    this.views = views;
    this.indexed = indexed;
    this.kafka = kafka;
    this.entries = entries;
    this.shown = shown;
    this.recent = recent;
  }

  Reply read(Call call) {
    int limit = call.limit(Indexed.MOST, Indexed.MOST);
    About about = about(call);
    Selection selection = about.selection().within(call.moment("from"), call.moment("to"));
    if (!selection.from().isBefore(selection.to())) {
      throw Call.invalid("from must be before to");
    }
    Story story = story(selection, limit);
    ObjectNode body =
        Json.mapper()
            .createObjectNode()
            .put("title", about.title())
            .put("from", selection.from().toString())
            .put("to", selection.to().toString())
            .put("left", story.left())
            .put("source", story.source());
    body.set("entries", shown.entries(story.entries()));
    body.set("lineage", Told.lineage(story.entries(), views::nameOf));
    return Reply.ok(body);
  }

  private About about(Call call) {
    List<String> given = SUBJECTS.stream().filter(name -> call.id(name) != null).toList();
    if (given.size() != 1) {
      throw Call.invalid("one of " + String.join(", ", SUBJECTS) + " is needed");
    }
    String by = given.get(0);
    String id = Objects.requireNonNull(call.id(by));
    Selection day = recent.get();
    return switch (by) {
      case "incident" -> new About("incident " + id, incident(id));
      case "finding" -> new About("finding " + id, finding(id));
      case "agent" -> new About("agent " + id, day.ofAgents(Set.of(id)));
      case "session" -> new About("session " + id, day.ofSession(id));
      case "task" -> new About("task " + id, day.ofTask(id));
      default -> credential(id, day);
    };
  }

  private Selection incident(String id) {
    return views
        .incident(id)
        .map(Selection::of)
        .orElseThrow(
            () -> new Refusal(404, "INCIDENT_UNKNOWN", "There is no such incident any more."));
  }

  private Selection finding(String id) {
    return aroundFinding(id)
        .orElseThrow(
            () -> new Refusal(404, "FINDING_UNKNOWN", "There is no such finding any more."));
  }

  private Optional<Selection> aroundFinding(String id) {
    try {
      return indexed.finding(id).map(Selection::of);
    } catch (UncheckedIOException e) {
      return kafka.finding(id);
    }
  }

  private About credential(String fingerprint, Selection day) {
    Credential registered = views.credential(fingerprint).orElse(null);
    Set<String> all = new HashSet<>(Set.of(fingerprint));
    if (registered != null) {
      all.add(registered.fingerprint());
      all.addAll(registered.previous());
    }
    String name = registered == null ? fingerprint : registered.name();
    return new About("credential " + name, day.ofCredentials(all));
  }

  private Story story(Selection selection, int limit) {
    try {
      Found found = indexed.story(selection, limit);
      List<Entry> all = new ArrayList<>(found.entries());
      Set<String> agents = new HashSet<>(selection.agents());
      long left = found.total() - found.entries().size();
      if (selection.task() != null || selection.session() != null) {
        // What containment did, and what people decided, is known by the agent alone.
        all.forEach(entry -> agents.add(String.valueOf(entry.agentId())));
        Set<String> known = new HashSet<>();
        all.forEach(entry -> known.add(entry.id()));
        indexed.around(selection.ofAgents(agents), limit).entries().stream()
            .filter(entry -> known.add(entry.id()))
            .forEach(all::add);
      }
      views.answers().stream()
          .filter(said -> agents.contains(said.agentId()) && selection.contains(said.time()))
          .forEach(said -> all.add(entries.of(said, null)));
      return Story.last(all, limit, left, "elasticsearch");
    } catch (UncheckedIOException e) {
      if (!(e instanceof Replay.NotIndexed)) {
        log.warn("Elasticsearch does not answer, so a timeline is read from Kafka");
      }
      return Story.last(new ArrayList<>(kafka.read(selection)), limit, 0, "kafka");
    }
  }

  /** What is known of an incident's story; empty where nothing is, or not now. */
  ArrayNode stages(Incident incident) {
    Selection selection = Selection.of(incident);
    try {
      return Told.stages(indexed.essence(selection).entries());
    } catch (UncheckedIOException e) {
      return Told.stages(story(selection, Indexed.MOST).entries());
    }
  }
}
