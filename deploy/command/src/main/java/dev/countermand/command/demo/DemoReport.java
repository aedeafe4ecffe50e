package dev.countermand.command.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.model.ContainmentOutcome;
import dev.countermand.model.Finding;
import dev.countermand.model.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the demo shows.
 *
 * @param guarded whether Countermand watched
 * @param before what the provider had
 * @param after what it has left
 * @param decision the hook's answer to the destructive call; null unguarded
 * @param reason why
 * @param replayStatus the HTTP status of the same call made past the hook
 * @param tokenActive what introspection says of the token in the end
 * @param afterwards the hook's answer to a harmless call afterwards; null unguarded
 * @param useToAnswer milliseconds from the attempt to the hook's answer; null unguarded
 * @param useToKillSwitch milliseconds from the attempt to the kill switch; null when it did not
 *     fire
 * @param useToProof milliseconds from the attempt to the proof; null when there is none
 * @param findings what was found
 * @param outcomes what containment did
 * @param indexed documents in Elasticsearch; -1 unguarded
 * @param timeline what happened, in order
 */
record DemoReport(
    boolean guarded,
    ProviderProcess.Inventory before,
    ProviderProcess.Inventory after,
    @Nullable String decision,
    @Nullable String reason,
    int replayStatus,
    boolean tokenActive,
    @Nullable String afterwards,
    @Nullable Double useToAnswer,
    @Nullable Double useToKillSwitch,
    @Nullable Double useToProof,
    List<Finding> findings,
    List<ContainmentOutcome> outcomes,
    long indexed,
    Timeline timeline) {

  /** Whether nothing was lost, the call was denied, and the token is proved dead. */
  boolean saved() {
    return before.equals(after)
        && "deny".equals(decision)
        && replayStatus == 401
        && !tokenActive
        && useToProof != null;
  }

  /** The credentials whose way was followed. */
  List<Lineage> lineages() {
    return Lineage.of(findings, outcomes);
  }

  ObjectNode toJson() {
    ObjectNode out = Json.mapper().createObjectNode();
    out.put("guarded", guarded);
    out.put("saved", saved());
    inventory(out.putObject("volumes"), before.volumes(), after.volumes());
    inventory(out.putObject("backups"), before.backups(), after.backups());
    out.putObject("destructive_call").put("decision", decision).put("reason", reason);
    out.putObject("replayed_past_the_hook").put("http_status", replayStatus);
    out.putObject("introspection").put("active", tokenActive);
    out.putObject("harmless_call_afterwards").put("decision", afterwards);
    out.putObject("milliseconds_from_use")
        .put("to_answer", useToAnswer)
        .put("to_kill_switch", useToKillSwitch)
        .put("to_proof", useToProof);
    out.put("documents_indexed", indexed);
    var list = out.putArray("findings");
    findings.forEach(finding -> list.add(Finding.CODEC.toTree(finding)));
    var steps = out.putArray("containment");
    outcomes.forEach(outcome -> steps.add(ContainmentOutcome.CODEC.toTree(outcome)));
    timeline.write(out.putArray("timeline"));
    var chains = out.putArray("lineage");
    lineages().forEach(lineage -> lineage.write(chains));
    return out;
  }

  private static void inventory(ObjectNode node, int before, int after) {
    node.put("before", before).put("left", after);
  }
}
