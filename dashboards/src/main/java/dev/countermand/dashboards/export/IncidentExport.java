package dev.countermand.dashboards.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.Origin;
import dev.countermand.dashboards.evidence.InclusionProof;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.dashboards.timeline.Selection;
import dev.countermand.dashboards.timeline.TimelinePage;
import dev.countermand.model.Action;
import dev.countermand.model.ContainmentOrder;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.Incident;
import dev.countermand.model.json.DocumentCodec;
import dev.countermand.model.json.Json;
import java.time.Instant;
import java.util.List;

/**
 * Everything that is known of an incident.
 *
 * @param incident its last state
 * @param time when it was exported
 * @param timeline the first first
 * @param left how many earlier entries are left out
 * @param actions what the agent did, as it was scored
 * @param findings about it
 * @param orders to contain and to release
 * @param outcomes of each step
 * @param proofs of the records that are signed
 * @param unproved where records stand of which there is no proof
 */
public record IncidentExport(
    Incident incident,
    Instant time,
    List<Entry> timeline,
    int left,
    List<Action> actions,
    List<Finding> findings,
    List<ContainmentOrder> orders,
    List<ContainmentOutcome> outcomes,
    List<InclusionProof> proofs,
    List<Origin> unproved) {

  /** Lists are copied. */
  public IncidentExport {
    timeline = List.copyOf(timeline);
    actions = List.copyOf(actions);
    findings = List.copyOf(findings);
    orders = List.copyOf(orders);
    outcomes = List.copyOf(outcomes);
    proofs = List.copyOf(proofs);
    unproved = List.copyOf(unproved);
  }

  /** All of it for machines. */
  public ObjectNode json() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("exported", time.toString());
    node.set("incident", Incident.CODEC.toTree(incident));
    timeline.forEach(entry -> node.withArray("/timeline").add(entry.json()));
    node.put("timeline_left_out", left);
    put(node.putArray("actions"), Action.CODEC, actions);
    put(node.putArray("findings"), Finding.CODEC, findings);
    put(node.putArray("orders"), ContainmentOrder.CODEC, orders);
    put(node.putArray("outcomes"), ContainmentOutcome.CODEC, outcomes);
    ArrayNode proved = node.putArray("proofs");
    proofs.forEach(proof -> proved.add(proof.json()));
    ArrayNode other = node.putArray("unproved");
    unproved.forEach(origin -> other.add(origin.toString()));
    return node;
  }

  private static <T> void put(ArrayNode array, DocumentCodec<T> codec, List<T> documents) {
    documents.forEach(one -> array.add(codec.toTree(one)));
  }

  /** The timeline and what of it is proved, as one HTML file that needs nothing else. */
  public String page() {
    StringBuilder more = new StringBuilder("<h2>Evidence</h2>\n<p>");
    more.append(proofs.size())
        .append(" records are proved to have stood at their place when a notary signed it; of ")
        .append(unproved.size())
        .append(" there is no proof.</p>\n");
    for (InclusionProof proof : proofs) {
      Origin at =
          new Origin(proof.record().topic(), proof.record().partition(), proof.record().offset());
      more.append("<details><summary>")
          .append(TimelinePage.escape(at.toString()))
          .append("</summary><code>")
          .append(TimelinePage.escape(proof.json().toPrettyString()))
          .append("</code></details>\n");
    }
    return TimelinePage.of(
        "incident " + incident.id() + ": " + incident.title(),
        Selection.of(incident),
        timeline,
        left,
        time,
        more.toString());
  }
}
