package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.json.Json;
import java.time.InstantSource;
import java.util.List;

/** How all is, in a few numbers. */
final class Overview {
  private static final int TOP = 5;

  private final Agents agents;
  private final Incidents incidents;
  private final Waiting waiting;
  private final Activity activity;
  private final InstantSource clock;

  Overview(
      Agents agents, Incidents incidents, Waiting waiting, Activity activity, InstantSource clock) {
    this.agents = agents;
    this.incidents = incidents;
    this.waiting = waiting;
    this.activity = activity;
    this.clock = clock;
  }

  Reply read(Call call) {
    List<String> ids = List.copyOf(agents.ids());
    Activity.Counts counts = activity.now();
    ObjectNode body =
        Json.mapper()
            .createObjectNode()
            .put("now", clock.instant().toString())
            .put("agents", ids.size())
            .put("contained", agents.contained())
            .put("open_incidents", incidents.open())
            .put("waiting", waiting.count())
            .put("index", counts.isComplete() ? "here" : "away");
    ArrayNode minutes = body.putArray("minutes");
    counts
        .minutes()
        .forEach(
            (minute, verbs) -> {
              ObjectNode actions =
                  minutes.addObject().put("time", minute.toString()).putObject("actions");
              verbs.forEach(actions::put);
            });
    agents.riskiest(ids, TOP, body.putArray("top_risk"));
    return Reply.ok(body);
  }
}
