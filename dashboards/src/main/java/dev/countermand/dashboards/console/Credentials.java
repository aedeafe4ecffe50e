package dev.countermand.dashboards.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.countermand.dashboards.timeline.Entry;
import dev.countermand.model.ContainmentState;
import dev.countermand.model.Credential;
import dev.countermand.model.CredentialHolders;
import dev.countermand.model.CredentialRole;
import dev.countermand.model.Rung;
import dev.countermand.model.StepState;
import dev.countermand.model.TakenCredential;
import dev.countermand.model.json.Json;
import dev.countermand.runtime.http.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The registered credentials: who has each, whether it lives, and what it can do. */
final class Credentials {
  private static final int MAX = 1_000;
  private static final int MENTIONS = 50;
  private static final int MAX_AGENTS = 100;

  private final Views views;
  private final Indexed indexed;
  private final Shown shown;

  Credentials(Views views, Indexed indexed, Shown shown) {
    this.views = views;
    this.indexed = indexed;
    this.shown = shown;
  }

  Reply list(Call call) {
    String words = call.word("q");
    int limit = call.limit(200, MAX);
    String part = words == null ? "" : words.toLowerCase(Locale.ROOT);
    List<Credential> found =
        registered().stream()
            .filter(
                one ->
                    Stream.of(one.name(), one.fingerprint(), one.provider(), one.environment())
                        .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(part)))
            .sorted(Comparator.comparing(Credential::name).thenComparing(Credential::fingerprint))
            .toList();
    Map<String, String> taken = taken();
    ObjectNode body = Json.mapper().createObjectNode();
    ArrayNode rows = body.putArray("credentials");
    found.stream().limit(limit).forEach(one -> rows.add(row(one, taken)));
    body.put("total", found.size());
    return Reply.ok(body);
  }

  /** Without those that are registered under a newer key, too. */
  private List<Credential> registered() {
    List<Credential> all = views.credentials();
    Set<String> superseded = new TreeSet<>();
    all.forEach(one -> superseded.addAll(one.previous()));
    return all.stream().filter(one -> !superseded.contains(one.fingerprint())).toList();
  }

  Reply one(Call call) {
    Credential credential =
        views
            .credential(call.needed("id"))
            .orElseThrow(
                () ->
                    new Refusal(
                        404,
                        "CREDENTIAL_UNKNOWN",
                        "No credential of this fingerprint is registered."));
    ObjectNode body = row(credential, taken());
    ArrayNode can = body.putArray("can");
    for (String capability : credential.capabilities()) {
      String[] parts = capability.split(":", 2);
      can.addObject()
          .put("verb", parts[0])
          .put("resource", parts.length == 2 ? parts[1] : "*")
          .put("environment", credential.environment());
    }
    List<String> fingerprints = new ArrayList<>(credential.previous());
    fingerprints.add(credential.fingerprint());
    List<Entry> seen = mentions(fingerprints, CredentialRole.SIGHTED, Entry.How.SEEN);
    List<Entry> used = mentions(fingerprints, CredentialRole.USED, Entry.How.USED);
    body.set("seen", shown.entries(seen));
    body.set("used", shown.entries(used));
    body.put("last_used", used.isEmpty() ? null : used.get(used.size() - 1).time().toString());
    return Reply.ok(body);
  }

  // An action may have seen one credential and used another: the index finds it for both.
  private List<Entry> mentions(List<String> fingerprints, CredentialRole role, Entry.How how) {
    return indexed.mentions(fingerprints, role.wireName(), MENTIONS).entries().stream()
        .filter(
            entry ->
                entry.credentials().stream()
                    .anyMatch(one -> one.how() == how && fingerprints.contains(one.fingerprint())))
        .toList();
  }

  /** Those that an agent is known to have. */
  ArrayNode of(String agent) {
    Map<String, String> taken = taken();
    ArrayNode rows = Json.mapper().createArrayNode();
    registered().stream()
        .filter(one -> agents(one).contains(agent))
        .sorted(Comparator.comparing(Credential::name))
        .limit(MAX)
        .forEach(one -> rows.add(row(one, taken)));
    return rows;
  }

  private ObjectNode row(Credential credential, Map<String, String> taken) {
    ObjectNode row =
        Json.mapper()
            .createObjectNode()
            .put("fingerprint", credential.fingerprint())
            .put("name", credential.name())
            .put("provider", credential.provider())
            .put("owner", credential.owner())
            .put("environment", credential.environment());
    row.set("agents", Json.words(agents(credential).stream().limit(MAX_AGENTS).toList()));
    row.put("state", state(credential, taken)).putNull("last_used");
    return row;
  }

  private Set<String> agents(Credential credential) {
    Set<String> agents = new TreeSet<>();
    for (String fingerprint : fingerprints(credential)) {
      views
          .holders(fingerprint)
          .ifPresent(
              (CredentialHolders holders) -> {
                agents.addAll(holders.users());
                agents.addAll(holders.seers());
              });
    }
    return agents;
  }

  private static List<String> fingerprints(Credential credential) {
    List<String> all = new ArrayList<>(credential.previous());
    all.add(credential.fingerprint());
    return all;
  }

  private static String state(Credential credential, Map<String, String> taken) {
    @Nullable String worst = null;
    for (String fingerprint : fingerprints(credential)) {
      String state = taken.get(fingerprint);
      worst = state == null || "dead".equals(worst) ? worst : state;
    }
    return worst == null ? "live" : worst;
  }

  /** {@code dead} for what is proved so; {@code unknown} for what is between life and death. */
  private Map<String, String> taken() {
    Map<String, String> taken = new HashMap<>();
    for (ContainmentState state : views.states()) {
      for (TakenCredential one : state.credentials()) {
        boolean isDead =
            one.state() == StepState.VERIFIED && one.rung().compareTo(Rung.SUSPEND) >= 0;
        boolean isTouched =
            one.state() != StepState.AWAITING_APPROVAL
                && one.state() != StepState.OBSERVED
                && one.state() != StepState.REFUSED;
        if (isDead) {
          taken.put(one.fingerprint(), "dead");
        } else if (isTouched) {
          taken.putIfAbsent(one.fingerprint(), "unknown");
        }
      }
    }
    return taken;
  }
}
